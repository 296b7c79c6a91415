"""The letters of an environment: files in the state folder, because nothing leaves this machine.

It reads what the user service writes (`<time>-<random>.eml`) and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

# A letter's token stands alone on its line.
TOKEN: Final = re.compile(r"^ {4}([A-Za-z0-9_-]{43})$", re.MULTILINE)
VERIFICATION: Final = "verify_address"


@dataclass(frozen=True)
class Letter:
    """One letter; `kind` is what it is about, `token` what a person would click, if any."""

    file: Path
    sent_at: datetime
    to: str
    subject: str
    kind: str
    text: str

    @property
    def token(self) -> str | None:
        found = TOKEN.search(self.text)
        return found[1] if found else None


def letters(folder: Path, to: str | None = None) -> Iterator[Letter]:
    """The letters of a folder, newest first; of one person when `to` names an address."""
    for path in sorted(folder.glob("*.eml"), reverse=True):
        letter = _read(path)
        if to is None or letter.to.lower() == to.lower():
            yield letter


def verification_token(folder: Path, to: str) -> str | None:
    """The newest token that proves a person's address, or None before its letter came."""
    asking = (each for each in letters(folder, to) if each.kind == VERIFICATION)
    return next((each.token for each in asking), None)


def _read(path: Path) -> Letter:
    letter = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)
    return Letter(
        path,
        parsedate_to_datetime(str(letter["Date"])).astimezone(UTC),
        str(letter["To"]),
        str(letter["Subject"]),
        str(letter["X-Pingvas-Kind"]),
        letter.get_content().replace("\r\n", "\n"),
    )
