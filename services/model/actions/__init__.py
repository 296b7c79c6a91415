"""What the model service does, one verb a file. Nothing here knows HTTP."""
