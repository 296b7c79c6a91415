"""Mail: one text to one address. Whoever sends does not know why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Mail:
    """Plain text in UTF-8; `kind` names the occasion, for people who look for a mail."""

    kind: str
    recipient: str
    subject: str
    text: str


class MailUnavailable(Exception):
    """It was not sent; the same mail may go through later."""


class MailRefused(Exception):
    """It will never be sent: the address or the mail itself is not taken."""


class Mailer(Protocol):
    """Sends mails."""

    async def send(self, mail: Mail) -> None:
        """Hand it over; raises `MailUnavailable` or `MailRefused`."""
