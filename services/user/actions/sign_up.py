"""Sign up: an account without credits, and a mail that proves its address.

For an address that has an account the same is done, as far as anybody can see; what the mail says
is decided when it is sent. No session comes of it, since that would tell which it was.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.db import Database
from services.user.actions.count_attempts import Attempt, CountAttempts
from services.user.client import Client
from services.user.language import Language
from services.user.passwords import Passwords
from services.user.repository import letters, people
from services.user.repository.letters import Letter

MAILS_AN_HOUR = 5


@dataclass(frozen=True)
class SignUp:
    """The letter holds the password's hash: the sign-up whose mail is answered is the one."""

    database: Database
    passwords: Passwords
    attempts: CountAttempts

    async def run(
        self, *, email: str, password: str, display_name: str, language: Language, client: Client
    ) -> None:
        """Raises `TooManyAttempts` when this client asks again and again."""
        await self.attempts.charge(Attempt.of_request("sign_up", client))
        password_hash = await self.passwords.hash(password)
        async with self.database.system() as connection:
            await people.add_person(
                connection,
                email=email,
                password_hash=password_hash,
                display_name=display_name,
                language=language,
            )
            letter = Letter("sign_up", email, language, password_hash=password_hash)
            await letters.add_letter(connection, letter, hourly_at_most=MAILS_AN_HOUR)
