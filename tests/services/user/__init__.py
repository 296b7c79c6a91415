"""Tests of services/user."""
