"""The folder of checkpoints that workers read: each is on it whole, or not at all."""
