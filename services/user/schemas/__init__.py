"""What the user service takes and gives over HTTP, one noun a file. Unknown fields are refused."""
