"""Rules of the house, as programs."""
