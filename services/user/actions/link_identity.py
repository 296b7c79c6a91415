"""Whose account a provider's claim opens: the one it is linked to, else the one of its address.

An address links accounts only when the provider says that it is proven. An account whose own
address was never proven may be somebody else's trap: then everybody else is shut out of it first.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.kernel.db import Database, SystemConnection
from services.kernel.logs import logger
from services.user.actions.shut_out import shut_out
from services.user.email_address import normalised
from services.user.errors import ProviderEmailUnverified, ProviderRefused
from services.user.language import Language
from services.user.ports.identity_provider import Claim
from services.user.repository import identities, letters, people
from services.user.repository.letters import Letter
from services.user.repository.people import Account

NAME_LENGTH = 100


@dataclass(frozen=True)
class LinkIdentity:
    """Finds, links or makes the account."""

    database: Database

    async def run(self, provider: str, claim: Claim, language: Language) -> UUID:
        """The account's id; raises `ProviderEmailUnverified` or `ProviderRefused`."""
        async with self.database.system() as connection:
            known = await identities.find_identity(
                connection, provider=provider, subject=claim.subject
            )
            if known is not None:
                return await _require_open(connection, known)
            email = normalised(claim.email) if claim.email else None
            if email is None:
                raise ProviderEmailUnverified
            user_id = await _of_address(connection, email, claim, language)
            await identities.add_identity(
                connection, user_id=user_id, provider=provider, subject=claim.subject, email=email
            )
        logger(__name__).info("provider_linked", user_id=str(user_id), provider=provider)
        return user_id


async def _require_open(connection: SystemConnection, user_id: UUID) -> UUID:
    account = await people.find_account(connection, user_id)
    if account is None or not account.is_open:
        raise ProviderRefused
    return user_id


async def _of_address(
    connection: SystemConnection, email: str, claim: Claim, language: Language
) -> UUID:
    found = await people.find_account_by_email(connection, email)
    if found is not None:
        return await _taken_over(connection, found)
    name = "".join(filter(str.isprintable, claim.name))[:NAME_LENGTH]
    made = await people.add_proven_person(
        connection, email=email, display_name=name, language=language
    )
    if made is None:
        raise ProviderRefused  # somebody signed up in this very moment: trying again will do
    return made.id


async def _taken_over(connection: SystemConnection, found: Account) -> UUID:
    account = await people.lock_account(connection, found.person.id)
    if account is None or not account.is_open or account.person.email != found.person.email:
        raise ProviderRefused
    person = account.person
    if account.is_verified:
        await letters.add_letter(
            connection, Letter("provider_linked", person.email, person.language, person.id)
        )
        return person.id
    await shut_out(connection, person.id)
    await people.change_password(connection, user_id=person.id, password_hash="")
    await people.verify_email(connection, person.id)
    return person.id
