"""Ask for a mail to an address: to verify it, or to choose a new password.

Whether the address has an account is not looked up here; the mail is written, or not, later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from services.kernel.db import Database
from services.user.actions.count_attempts import Attempt, CountAttempts
from services.user.client import Client
from services.user.language import Language
from services.user.repository import letters
from services.user.repository.letters import Letter

MAILS_AN_HOUR = 5


@dataclass(frozen=True)
class RequestLetter:
    """The same work and the same answer for every address."""

    database: Database
    attempts: CountAttempts

    async def run(
        self,
        kind: Literal["verify_address", "reset_password"],
        *,
        email: str,
        language: Language,
        client: Client,
    ) -> None:
        """Raises `TooManyAttempts` when this client asks again and again."""
        await self.attempts.charge(Attempt.of_request(kind, client))
        async with self.database.system() as connection:
            await letters.add_letter(
                connection, Letter(kind, email, language), hourly_at_most=MAILS_AN_HOUR
            )
