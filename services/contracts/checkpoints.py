"""What a checkpoint may be called, in requests, in the catalogue and on disk."""

NAME_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,99}$"
