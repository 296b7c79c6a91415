"""Tests of the step engine: plans, runs, journal, lock."""
