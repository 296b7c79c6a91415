"""Schedules as AWS reads them: `cron(minutes hours day-of-month month day-of-week year)`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
PART: Final = re.compile(r"(?P<begin>\*|\w+)(?:-(?P<end>\w+))?(?:/(?P<step>\d+))?")


@dataclass(frozen=True)
class Field:
    """The numbers of one field, the names that stand for them from `lowest` on, and its own forms.

    `special`: what AWS takes here alone, such as `L` for the last day.
    """

    lowest: int
    highest: int
    names: tuple[str, ...] = ()
    special: str = ""

    def takes(self, text: str) -> bool:
        """Whether every part of a comma-separated list is possible."""
        return all(self._is_possible(part) for part in text.upper().split(","))

    def _is_possible(self, part: str) -> bool:
        if self.special and re.fullmatch(self.special, part):
            return True
        found = PART.fullmatch(part)
        if found is None or found["step"] == "0" or (found["begin"] == "*" and found["end"]):
            return False
        bounds = [self._number(each) for each in (found["begin"], found["end"]) if each]
        return all(self.lowest <= each <= self.highest for each in bounds) and bounds == sorted(
            bounds
        )

    def _number(self, text: str) -> int:
        if text == "*":
            return self.lowest
        if text in self.names:
            return self.names.index(text) + self.lowest
        return int(text) if text.isdecimal() else -1


FIELDS: Final = (
    Field(0, 59),
    Field(0, 23),
    Field(1, 31, special=r"\?|L|([1-9]|[12]\d|3[01])W"),
    Field(1, 12, MONTHS),
    Field(1, 7, DAYS, special=r"\?|L|[1-7]L|[1-7]#[1-5]"),
    Field(1970, 2199),
)


def is_readable(schedule: str) -> bool:
    """Six fields that AWS takes, and a `?` for exactly one of the two days."""
    fields = schedule.removeprefix("cron(").removesuffix(")").split()
    if len(fields) != len(FIELDS) or (fields[2], fields[4]).count("?") != 1:
        return False
    return all(field.takes(text) for field, text in zip(FIELDS, fields, strict=True))
