"""The user service: who people are, how they sign in, and the keys their tokens are signed with."""
