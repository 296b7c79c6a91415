"""Checkpoints: made, installed, listed, kept in memory."""
