"""Tests of pingvas_cli/messages."""
