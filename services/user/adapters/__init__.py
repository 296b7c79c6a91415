"""The world as it is: mail servers and folders, Google and GitHub."""
