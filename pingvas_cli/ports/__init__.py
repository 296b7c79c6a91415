"""What we need from the world: protocols and the values that cross them. Standard library only."""
