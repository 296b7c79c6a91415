"""The version, where reading it costs nothing; a test holds it equal to pyproject.toml."""

VERSION = "0.1.0"
