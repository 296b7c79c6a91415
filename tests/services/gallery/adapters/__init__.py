"""The gallery's ways to the world."""
