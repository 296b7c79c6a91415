"""Small commands that stand in the table of contents of the edge's own tests."""
