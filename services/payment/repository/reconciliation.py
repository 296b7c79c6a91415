"""What must agree: ledger with balances, with jobs, with payments. Each look is one statement, so
one snapshot: work that goes on meanwhile is in it whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping

from services.kernel.db import Row, SystemConnection
from services.kernel.sql import Query
from services.payment.repository import SQL


def checks() -> Mapping[str, Query]:
    """Name and statement of each check; a statement gives `subject`, `expected`, `found`."""
    return {
        "balance": SQL.differ_in_balance,
        "transfer": SQL.differ_in_transfer,
        "hold": SQL.differ_in_hold,
        "job": SQL.differ_in_job,
        "settlement": SQL.differ_in_settlement,
        "payment": SQL.differ_in_payment,
        "purchase": SQL.differ_in_purchase,
    }


async def count_checked(system: SystemConnection) -> Row:
    """How many `people`, `transfers`, `jobs`, `payments` there are."""
    return await system.fetch_only(SQL.count_checked)


async def sum_accounts(system: SystemConnection) -> dict[str, int]:
    """Credits in each account, of all people and of the platform."""
    rows = await system.fetch_all(SQL.sum_accounts)
    return {str(row["account"]): int(row["credits"]) for row in rows}


async def differences(system: SystemConnection, check: Query, limit: int) -> list[Row]:
    """What does not agree, at most so many."""
    return await system.fetch_all(check, limit=limit)
