"""The gallery service on a real PostgreSQL."""
