"""What callers send and get, one noun a file."""
