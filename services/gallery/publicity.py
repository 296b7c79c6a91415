"""What links are made of, and how a picture is put before the safety check."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from services.gallery.ports.safety import Candidate, Safety
from services.kernel.db import Row

TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32,64}")


def candidate(image: Row) -> Candidate:
    """A picture's row as the safety check sees it."""
    return Candidate(image["prompt"], tuple(image["tags"]), Safety(image["safety"]))


def title(album: Row) -> Candidate:
    """An album's name as the safety check sees it: it is shown above the pictures."""
    return Candidate(album["name"], (), Safety.SAFE)


class Views:
    """Views that are not in the record yet. A program that is killed loses a few seconds' worth."""

    def __init__(self) -> None:
        self._seen: Counter[UUID] = Counter()

    def add(self, share_id: UUID) -> None:
        """One more."""
        self._seen[share_id] += 1

    def take(self) -> Mapping[UUID, int]:
        """All of them, by link; they are no longer kept here."""
        seen, self._seen = self._seen, Counter()
        return seen

    def put_back(self, seen: Mapping[UUID, int]) -> None:
        """Keep them after all."""
        self._seen.update(seen)
