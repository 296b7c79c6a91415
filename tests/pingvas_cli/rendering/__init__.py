"""Rendering: the same bytes, and a folder that keeps what is not ours."""
