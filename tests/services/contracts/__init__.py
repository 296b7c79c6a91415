"""The messages between programs."""
