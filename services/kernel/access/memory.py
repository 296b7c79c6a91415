"""Answers that are remembered for a while, so many at most: the oldest goes first."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

Known = TypeVar("Known")
AT_MOST = 10_000


class Memory(Generic[Known]):
    """What was found under a text, until its time; times are in seconds of the caller's clock."""

    def __init__(self, at_most: int = AT_MOST) -> None:
        self._known: OrderedDict[str, tuple[Known, float]] = OrderedDict()
        self._at_most = at_most

    def recall(self, text: str, now: float) -> Known | None:
        """What is known and still holds."""
        known = self._known.get(text)
        return known[0] if known is not None and known[1] > now else None

    def keep(self, text: str, found: Known, until: float) -> None:
        """Remember until then."""
        self._known[text] = (found, until)
        self._known.move_to_end(text)
        if len(self._known) > self._at_most:
            self._known.popitem(last=False)
