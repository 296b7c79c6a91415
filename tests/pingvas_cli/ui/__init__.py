"""Tests of pingvas_cli/ui."""
