"""Tests of pingvas_cli/commands."""
