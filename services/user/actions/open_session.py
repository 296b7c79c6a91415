"""Open a session: a refresh token that is stored only as a hash, and an access token."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from services.kernel.db import SystemConnection
from services.user import repository
from services.user.access import TokenIssuer
from services.user.repository import Person

USER_AGENT_LENGTH = 300


@dataclass(frozen=True)
class SessionPolicy:
    """How sessions of this service are made."""

    issuer: TokenIssuer
    refresh_token_seconds: int


@dataclass(frozen=True)
class OpenedSession:
    """What the person gets; the refresh token is not stored anywhere in this form."""

    id: UUID
    user: Person
    access_token: str
    refresh_token: str
    expires_in: int


async def open_session(
    connection: SystemConnection,
    policy: SessionPolicy,
    person: Person,
    *,
    family_id: UUID,
    user_agent: str,
) -> OpenedSession:
    """Add a session to a family, which is one sign-in and all its renewals."""
    refresh_token = secrets.token_urlsafe(32)
    session_id = await repository.add_session(
        connection,
        user_id=person.id,
        family_id=family_id,
        refresh_token_hash=hash_of(refresh_token),
        lifetime_seconds=policy.refresh_token_seconds,
        user_agent=printable(user_agent),
    )
    return OpenedSession(
        id=session_id,
        user=person,
        access_token=policy.issuer.issue(person.caller()),
        refresh_token=refresh_token,
        expires_in=policy.issuer.lifetime_seconds,
    )


def hash_of(refresh_token: str) -> str:
    """SHA-256 in hex: enough for a token of 256 random bits."""
    return hashlib.sha256(refresh_token.encode()).hexdigest()


def printable(user_agent: str) -> str:
    """A user agent as we keep it: no control characters, not long."""
    return "".join(filter(str.isprintable, user_agent))[:USER_AGENT_LENGTH]
