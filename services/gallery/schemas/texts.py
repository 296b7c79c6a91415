"""Texts that people write: no control characters, bounded, and tags in one spelling."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from services.gallery.errors import TagUnusable

# No control characters, and something to see.
VISIBLE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
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
