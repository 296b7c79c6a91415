"""Tests of releases, with the real build."""
