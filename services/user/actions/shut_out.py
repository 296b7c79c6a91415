"""Shut out whoever came into an account before its owner proved to be the owner.

Somebody may have signed up with another's address and waits for the owner to verify it.
"""

from __future__ import annotations

from uuid import UUID

from services.kernel.db import SystemConnection
from services.user.repository import api_keys, identities, letters, sessions


async def shut_out(connection: SystemConnection, user_id: UUID) -> None:
    """End all sessions, keys, provider accounts and mailed tokens, under the person's lock.

    The password is the caller's.
    """
    await sessions.revoke_all_sessions(connection, user_id)
    await api_keys.revoke_all_api_keys(connection, user_id)
    await identities.forget_identities(connection, user_id)
    await letters.void_tokens(connection, user_id)
