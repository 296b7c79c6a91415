"""The model service: the catalogue of checkpoints. It keeps facts about weights, never weights."""
