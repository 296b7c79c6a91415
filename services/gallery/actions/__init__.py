"""What the gallery service does, one verb a file. Nothing here knows HTTP."""
