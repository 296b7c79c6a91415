"""The queue on a real Valkey."""
