"""Write and send the letters that are due; only now it matters whether an address has an account.

A token is made when its letter is sent, and stored as a hash. Delivery is at least once: a letter
whose sender died is sent again with another token.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.db import Database, SystemConnection
from services.kernel.logs import logger
from services.user.letters import MailKind, write
from services.user.ports.mail import Mail, Mailer, MailRefused, MailUnavailable
from services.user.random_tokens import hash_of, new_token
from services.user.repository import letters, people
from services.user.repository.letters import ClaimedLetter, Letter, MailedToken, Purpose
from services.user.repository.people import Account

ATTEMPTS = 8
LIFETIMES_S = {"verify_address": 86_400, "reset_password": 1_800, "change_address": 86_400}


@dataclass(frozen=True)
class SendLetters:
    """Any number of processes may do it at once; each letter is claimed by one."""

    database: Database
    mailer: Mailer
    links_to: str

    async def run(self) -> bool:
        """Whether there was a letter to send."""
        async with self.database.system() as connection:
            claimed = await letters.claim_letter(connection, ATTEMPTS)
            mail = await self._written(connection, claimed.letter) if claimed else None
        if claimed is None:
            return False
        if mail is None or await self._is_settled(mail, claimed):
            async with self.database.system() as connection:
                await letters.settle_letter(connection, claimed.id)
        return True

    async def _is_settled(self, mail: Mail, claimed: ClaimedLetter) -> bool:
        try:
            await self.mailer.send(mail)
        except MailUnavailable as away:
            logger(__name__).warning("mail_waits", letter=str(claimed.id), reason=str(away))
            return False
        except MailRefused as refused:
            logger(__name__).warning("mail_refused", letter=str(claimed.id), reason=str(refused))
        return True

    async def _written(self, connection: SystemConnection, letter: Letter) -> Mail | None:
        account = await people.find_account_by_email(connection, letter.recipient)
        if letter.kind == "sign_up":
            return await self._answer_to_sign_up(connection, letter, account)
        if letter.kind == "verify_address":
            if account is None or not account.is_open or account.is_verified:
                return None
            return await self._with_token(connection, "verify_address", letter, account)
        if letter.kind == "reset_password":
            if account is None or not account.is_open:
                return None
            return await self._with_token(connection, "reset_password", letter, account)
        if letter.kind == "change_address":
            return await self._to_new_address(connection, letter, account)
        return self._plain(letter.kind, letter)

    async def _answer_to_sign_up(
        self, connection: SystemConnection, letter: Letter, account: Account | None
    ) -> Mail | None:
        if account is None:
            return None
        if account.is_deleted:
            return self._plain("account_leaving", letter)
        if account.is_verified:
            return self._plain("address_taken", letter)
        return await self._with_token(connection, "verify_address", letter, account)

    async def _to_new_address(
        self, connection: SystemConnection, letter: Letter, taken: Account | None
    ) -> Mail | None:
        if letter.user_id is None:
            return None
        if taken is not None:
            is_own = taken.person.id == letter.user_id
            return None if is_own else self._plain("address_taken", letter)
        account = await people.find_account(connection, letter.user_id)
        if account is None or not account.is_open:
            return None
        return await self._with_token(connection, "change_address", letter, account)

    async def _with_token(
        self, connection: SystemConnection, purpose: Purpose, letter: Letter, account: Account
    ) -> Mail:
        token = new_token()
        proves = MailedToken(account.person.id, letter.recipient, letter.password_hash)
        await letters.add_token(connection, hash_of(token), purpose, proves, LIFETIMES_S[purpose])
        language = account.person.language if account.is_verified else letter.language
        return write(
            purpose, language, recipient=letter.recipient, links_to=self.links_to, token=token
        )

    def _plain(self, kind: MailKind, letter: Letter) -> Mail:
        return write(kind, letter.language, recipient=letter.recipient, links_to=self.links_to)
