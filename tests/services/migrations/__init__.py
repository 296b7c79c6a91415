"""Tests of services/migrations."""
