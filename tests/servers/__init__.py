"""Real servers for tests: start one in a folder, stop it, nothing left. No pytest in here."""
