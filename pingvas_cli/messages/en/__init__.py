"""Sentences in English, one file per room."""
