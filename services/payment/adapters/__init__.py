"""The payment providers: Lemon Squeezy over HTTPS, and a local one that needs no network."""
