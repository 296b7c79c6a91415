"""What the user service needs from the world: mail, and providers that people sign in with."""
