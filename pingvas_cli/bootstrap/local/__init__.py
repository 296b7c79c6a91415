"""The local target: the whole platform as processes of one user on loopback."""
