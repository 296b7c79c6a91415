"""Tests of the services, on a real PostgreSQL and a real Valkey."""
