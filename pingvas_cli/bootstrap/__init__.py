"""Standing the platform up: one folder per target, one file per step; read `sequence.py` first."""
