"""The whole platform, stood up by the real program and treated badly."""
