"""What may be shown in public."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Safety(StrEnum):
    """What was found out about a picture itself; unknown until something looks at it."""

    UNKNOWN = "unknown"
    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture that is to become public: the words that made it, and the verdict on record."""

    prompt: str
    tags: tuple[str, ...]
    safety: Safety


class SafetyCheck(Protocol):
    """Asked when a link is made and again at every view, so a later verdict closes the link."""

    def allows(self, candidate: Candidate) -> bool:
        """May everybody see it? What can't be judged is not allowed."""
        ...
