"""Tests of pingvas_cli/help."""
