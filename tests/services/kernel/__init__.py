"""Tests of services/kernel."""
