"""The tiers of people, lowest first: payment sells them, tokens carry them, checkpoints ask."""

from enum import StrEnum


class Tier(StrEnum):
    """Tiers may be added; a program that meets one it does not know takes it for the lowest."""

    FREE = "free"
    STARTER = "starter"
    PRO = "pro"
    STUDIO = "studio"
