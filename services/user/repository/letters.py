"""Mails to send, and the tokens that they bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.kernel.db import SystemConnection
from services.user.language import Language
from services.user.repository.statements import SQL

Purpose = Literal["verify_address", "reset_password", "change_address"]
Order = Literal[
    "sign_up",
    "verify_address",
    "reset_password",
    "change_address",
    "address_changed",
    "password_changed",
    "provider_linked",
    "account_leaving",
    "account_deleted",
]


@dataclass(frozen=True)
class Letter:
    """An order to write: whom and why. `password_hash` is that of the sign-up it answers."""

    kind: Order
    recipient: str
    language: Language
    user_id: UUID | None = None
    password_hash: str = ""


@dataclass(frozen=True)
class ClaimedLetter:
    """A letter that this process is to send now."""

    id: UUID
    letter: Letter


@dataclass(frozen=True)
class MailedToken:
    """What a token proves: that the person reads the mail of this address."""

    user_id: UUID
    email: str
    password_hash: str


async def add_letter(
    connection: SystemConnection, letter: Letter, *, hourly_at_most: int = 1_000
) -> None:
    """Have a letter sent, unless the address got as many of the kind within the hour."""
    await connection.execute(
        SQL.add_letter,
        kind=letter.kind,
        recipient=letter.recipient,
        user_id=letter.user_id,
        language=letter.language,
        password_hash=letter.password_hash,
        hourly_at_most=hourly_at_most,
    )


async def claim_letter(connection: SystemConnection, attempts: int) -> ClaimedLetter | None:
    """A letter that is due; it becomes due again later, unless it is settled."""
    row = await connection.fetch_one(SQL.claim_letter, attempts=attempts)
    if row is None:
        return None
    return ClaimedLetter(row.pop("id"), Letter(**row))


async def settle_letter(connection: SystemConnection, letter_id: UUID) -> None:
    """It was sent, or need not be."""
    await connection.execute(SQL.settle_letter, letter_id=letter_id)


async def add_token(
    connection: SystemConnection,
    token_hash: str,
    purpose: Purpose,
    proves: MailedToken,
    lifetime_seconds: int,
) -> None:
    """Record a token by its hash."""
    await connection.execute(
        SQL.add_token,
        token_hash=token_hash,
        user_id=proves.user_id,
        purpose=purpose,
        email=proves.email,
        password_hash=proves.password_hash,
        lifetime_seconds=lifetime_seconds,
    )


async def is_token_known(connection: SystemConnection, token_hash: str, purpose: Purpose) -> bool:
    """Whether taking it would work now."""
    row = await connection.fetch_one(SQL.is_token_known, token_hash=token_hash, purpose=purpose)
    return row is not None


async def take_token(
    connection: SystemConnection, token_hash: str, purpose: Purpose
) -> MailedToken | None:
    """What a token proves; it is gone with that. Takes the person's lock."""
    await connection.fetch_one(SQL.lock_person_of_token, token_hash=token_hash)
    row = await connection.fetch_one(SQL.take_token, token_hash=token_hash, purpose=purpose)
    return MailedToken(**row) if row else None


async def void_tokens(connection: SystemConnection, user_id: UUID) -> None:
    """End every token of a person, also of letters that are not sent yet.

    Letters first: one that is being written is waited for, and then its token is there to end.
    """
    await connection.execute(SQL.drop_letters, user_id=user_id)
    await connection.execute(SQL.drop_tokens, user_id=user_id)
