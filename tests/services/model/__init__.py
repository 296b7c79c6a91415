"""The model service on a real PostgreSQL."""
