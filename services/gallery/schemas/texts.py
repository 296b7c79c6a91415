"""Texts that people write: no control characters, bounded, tags in one spelling, whole dates."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, StringConstraints

from services.gallery.errors import TagUnusable

# No control characters, and something to see.
VISIBLE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
LONGEST_TAG = 50
TAGS_AT_MOST = 30


def normalised(tag: str) -> str:
    """One spelling of a tag: no case, no width, no sign in front, single spaces.

    Raises TagUnusable, which no schema could tell beforehand.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).casefold())
    seen = "".join(each for each in folded if each.isprintable() or each.isspace())
    plain = " ".join(seen.lstrip("# ").split())
    if not 1 <= len(plain) <= LONGEST_TAG:
        raise TagUnusable(LONGEST_TAG)
    return plain


def dated(text: object) -> object:
    """A date and a time with its zone, in digits; pydantic alone takes numbers for dates too."""
    if isinstance(text, str) and not RFC_3339.fullmatch(text):
        raise ValueError("a date and time such as 2026-11-23T08:00:00Z")
    return text


def distinct(tags: list[str]) -> list[str]:
    """Each once, in order."""
    return sorted(set(tags))


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=VISIBLE),
]
Tag = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_TAG, pattern=VISIBLE),
    AfterValidator(normalised),
]
Searched = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=VISIBLE)]
Moment = Annotated[AwareDatetime, BeforeValidator(dated)]
