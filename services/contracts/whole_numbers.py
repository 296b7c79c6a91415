"""Whole numbers of JSON bodies: pydantic alone would take texts and truth values for them too.

Its strict integers would refuse 5.0, which is the same number as 5 in JSON.
"""

from __future__ import annotations

from typing import Final

from pydantic import BeforeValidator


def _no_text(given: object) -> object:
    if isinstance(given, str | bool):
        raise ValueError("a number, not a text")
    return given


WHOLE: Final = BeforeValidator(_no_text)
"""After the bounds of an int: a JSON number without a fraction, 5 and 5.0, but not "5" or true."""
