"""What nobody needs any more."""

from __future__ import annotations

from services.kernel.db import SystemConnection
from services.user.repository.statements import SQL

KEPT_EXPIRED_DAYS = 7
AT_ONCE = 5_000


async def forget_leftovers(connection: SystemConnection) -> int:
    """Delete what has expired; how many sessions that were, at most `AT_ONCE`."""
    for statement in (
        SQL.forget_successors,
        SQL.forget_old_tokens,
        SQL.forget_old_letters,
        SQL.forget_old_attempts,
        SQL.forget_old_provider_sign_ins,
    ):
        await connection.execute(statement)
    return await connection.execute(
        SQL.forget_old_sessions, after_days=KEPT_EXPIRED_DAYS, limit=AT_ONCE
    )
