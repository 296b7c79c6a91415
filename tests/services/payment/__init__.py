"""Tests of services/payment."""
