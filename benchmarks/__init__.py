"""Measurements against named peers, each taken interleaved in one run and printed as a ratio."""
