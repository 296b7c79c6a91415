"""What callers send and get, one noun a file. Nothing here reads a row or asks a queue."""
