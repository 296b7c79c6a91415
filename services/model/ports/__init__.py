"""What installing needs of the world: a hub that lists repositories, and files by address."""
