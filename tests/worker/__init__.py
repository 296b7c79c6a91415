"""The worker: its rooms alone, then the whole of it on real servers."""
