"""`pingvas dev`."""
