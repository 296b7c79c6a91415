"""What the gallery does beside the requests."""
