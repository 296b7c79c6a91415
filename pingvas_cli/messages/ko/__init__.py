"""Sentences in Korean, one file per room."""
