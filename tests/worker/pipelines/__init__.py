"""Pipelines on the CPU with the tiny checkpoint."""
