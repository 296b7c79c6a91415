"""What the generation service does, one verb a file. Nothing here knows HTTP."""
