"""The generation service on a real PostgreSQL and Valkey."""
