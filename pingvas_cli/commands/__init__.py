"""One file per command: read the words, call one room, show the result."""
