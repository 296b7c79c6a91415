"""The documents: up to date, complete, and without dead links."""
