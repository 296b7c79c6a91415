"""Open a session: a refresh token that is stored only as a hash, and an access token."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.kernel.db import SystemConnection
from services.user.access import TokenIssuer
from services.user.client import Client
from services.user.random_tokens import hash_of, new_token
from services.user.repository import sessions
from services.user.repository.people import Person


@dataclass(frozen=True)
class OpenedSession:
    """What the person gets; the refresh token is not stored anywhere in this form."""

    user: Person
    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True)
class OpenSession:
    """Adds sessions to families; a family is one sign-in and all its renewals."""

    issuer: TokenIssuer
    refresh_token_seconds: int

    async def run(
        self, connection: SystemConnection, person: Person, *, family_id: UUID, client: Client
    ) -> OpenedSession:
        """The first session of a family, under the person's lock."""
        refresh_token = new_token()
        await self.record(connection, person, family_id, client, refresh_token)
        return self.show(person, family_id, refresh_token)

    async def record(
        self,
        connection: SystemConnection,
        person: Person,
        family_id: UUID,
        client: Client,
        refresh_token: str,
    ) -> UUID:
        """Store a refresh token of a family; its row's id."""
        return await sessions.add_session(
            connection,
            user_id=person.id,
            family_id=family_id,
            refresh_token_hash=hash_of(refresh_token),
            lifetime_seconds=self.refresh_token_seconds,
            user_agent=client.user_agent,
        )

    def show(self, person: Person, family_id: UUID, refresh_token: str) -> OpenedSession:
        """What the person gets of it."""
        access_token = self.issuer.issue(person.caller(family_id))
        return OpenedSession(person, access_token, refresh_token, self.issuer.lifetime_seconds)
