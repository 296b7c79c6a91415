"""Tests of the CLI; the folders mirror the source."""
