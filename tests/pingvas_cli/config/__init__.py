"""Tests of pingvas_cli/config."""
