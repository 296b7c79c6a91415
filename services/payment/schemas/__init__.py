"""What the payment service takes and gives over HTTP. Amounts of credits are whole numbers."""

from __future__ import annotations

from pydantic import BeforeValidator


def _no_text(given: object) -> object:
    if isinstance(given, str | bool):
        raise ValueError("a number, not a text")
    return given


WHOLE = BeforeValidator(_no_text)
"""After the bounds of an int: a JSON number without a fraction, 5 and 5.0, but not "5" or true."""
