"""What the gallery needs from the world: shapes only. The adapters have the same names."""
