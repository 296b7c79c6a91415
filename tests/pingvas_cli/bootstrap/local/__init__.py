"""Tests of the local target below the whole platform."""
