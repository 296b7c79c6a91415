"""Prove that the books are right: ledger = balances = jobs = payments, and all sums to zero.

Reads every row, so it belongs to the night or to a release, not to a request. It changes nothing:
a difference is for people to understand.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from services.kernel.db import Database
from services.payment.repository import reconciliation

SHOWN_AT_MOST = 100


@dataclass(frozen=True)
class Difference:
    """One thing that does not agree; `check` names the rule."""

    check: str
    subject: str
    expected: str
    found: str


@dataclass(frozen=True)
class Report:
    """`accounts` has credits by account and their `sum`; `truncated`: there may be more."""

    checked: dict[str, int]
    accounts: dict[str, int]
    differences: list[Difference]
    truncated: bool

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Reconcile:
    """Seven rules, each one statement."""

    database: Database

    async def run(self) -> Report:
        """What was looked at and what does not agree."""
        found: list[Difference] = []
        truncated = False
        async with self.database.system() as system:
            checked = dict(await reconciliation.count_checked(system))
            accounts = await reconciliation.sum_accounts(system)
            for name, check in reconciliation.checks().items():
                rows = await reconciliation.differences(system, check, SHOWN_AT_MOST)
                found += [Difference(name, **row) for row in rows]
                truncated = truncated or len(rows) == SHOWN_AT_MOST
        accounts["sum"] = sum(accounts.values())
        return Report(checked, accounts, found, truncated)
