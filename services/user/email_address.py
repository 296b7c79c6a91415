"""E-mail addresses as we take them: ASCII, lower case, as the HTML standard draws them.

Only ASCII, because two addresses must never look or fold alike; international domains have an
ASCII form. The mail that is sent to an address proves it.
"""

from __future__ import annotations

import re

LONGEST = 254
PATTERN = (
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$"
)
SHAPE = re.compile(PATTERN.removesuffix("$"), re.ASCII)


def normalised(text: str) -> str | None:
    """The address in the form that is stored, or None when it is none."""
    address = text.strip()
    if len(address) > LONGEST or not SHAPE.fullmatch(address):
        return None
    return address.lower()
