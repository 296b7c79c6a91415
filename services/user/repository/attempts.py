"""Counts of failures, by the hash of whom they are counted for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.kernel.db import SystemConnection
from services.user.repository.statements import SQL


@dataclass(frozen=True)
class Standing:
    """What is counted for one subject; `is_known` when it succeeded within thirty days."""

    failures: int
    blocked_s: float
    is_known: bool


async def lock_attempts(
    connection: SystemConnection, subjects: Sequence[str]
) -> Mapping[str, Standing]:
    """The standing of each, locked until the transaction ends."""
    rows = await connection.fetch_all(SQL.lock_attempts, subjects=list(subjects))
    return {row.pop("subject"): Standing(**row) for row in rows}


async def count_attempts(
    connection: SystemConnection, counted: Mapping[str, tuple[int, float]]
) -> None:
    """Store failures and the seconds to wait from now, by subject."""
    await connection.execute(
        SQL.count_attempts,
        subjects=list(counted),
        failures=[failures for failures, _ in counted.values()],
        delays_s=[delay_s for _, delay_s in counted.values()],
    )


async def forgive_attempts(
    connection: SystemConnection, subjects: Sequence[str], *, known: str
) -> None:
    """Take back what the present attempt cost; nothing is held against `known` any more."""
    await connection.execute(SQL.forgive_attempts, subjects=list(subjects), known=known)
