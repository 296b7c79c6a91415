"""Validation: each check by a configuration that it must refuse, and one that it must not."""
