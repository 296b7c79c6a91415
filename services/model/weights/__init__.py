"""What files of weights are, told without loading them: headers, bases, and which are taken."""
