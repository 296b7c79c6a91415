"""What must be true at the end, read from the tables alone, by none of the services' own code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

OPEN: Final = """
select count(*) as n from generation_jobs where status in ('queued', 'running')"""
UNBALANCED: Final = """
select id, credit_balance from users where credit_balance < 0 or credit_balance <> (
    select coalesce(sum(amount_credits), 0) from credit_ledger where user_id = users.id
)"""
SETTLED_WRONGLY: Final = """
select job.id, job.status, job.cost_credits, entries.kinds, entries.amounts
from generation_jobs as job
left join lateral (
    select array_agg(kind order by id) as kinds, array_agg(amount_credits order by id) as amounts
    from credit_ledger where job_id = job.id
) as entries on true
where entries.kinds is distinct from case job.status
        when 'succeeded' then array['hold', 'capture'] else array['hold', 'release'] end
    or entries.amounts is distinct from case job.status
        when 'succeeded' then array[-job.cost_credits, 0]
        else array[-job.cost_credits, job.cost_credits] end"""
PICTURES_WRONG: Final = """
select job.id, job.status, count(image.id) as images
from generation_jobs as job left join images as image on image.job_id = job.id
group by job.id
having count(image.id) <> case job.status
    when 'succeeded' then (job.parameters ->> 'count')::int else 0 end"""
OPEN_EVENTS: Final = """
select count(*) as n from webhook_events where processed_at is null"""
EVENTS_WITHOUT_EFFECT: Final = """
select event_id, kind, outcome, attempts, reason from webhook_events
where outcome is null or outcome not in ('applied', 'stale', 'noted')"""
CHARGED: Final = """
select -coalesce(sum(amount_credits), 0) as credits from credit_ledger
where job_id is not null and user_id = %s"""
OWED: Final = """
select coalesce(sum(cost_credits), 0) as credits from generation_jobs
where status = 'succeeded' and user_id = %s"""


class Books:
    """The tables as the system role sees them."""

    def __init__(self, url: str) -> None:
        self._url = url

    def _rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        with psycopg.connect(self._url, row_factory=dict_row) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def open_jobs(self) -> int:
        """Queued or running."""
        return int(self._rows(OPEN)[0]["n"])

    def open_events(self) -> int:
        """Webhooks that were kept and wait for their effect."""
        return int(self._rows(OPEN_EVENTS)[0]["n"])

    def faults(self) -> dict[str, list[dict[str, Any]]]:
        """Everything that does not add up, by what it is."""
        checks = {
            "balances": UNBALANCED,
            "settlements": SETTLED_WRONGLY,
            "pictures": PICTURES_WRONG,
            "events": EVENTS_WITHOUT_EFFECT,
        }
        found = {what: self._rows(query) for what, query in checks.items()}
        return {what: rows for what, rows in found.items() if rows}

    def charged(self, user_id: object) -> tuple[int, int]:
        """What a person's jobs took from their credits, and the price of those that succeeded."""
        taken, owed = self._rows(CHARGED, user_id), self._rows(OWED, user_id)
        return int(taken[0]["credits"]), int(owed[0]["credits"])

    def jobs_by_key(self, user_id: object) -> dict[str, str]:
        """A person's jobs by the idempotency key that made them."""
        query = "select idempotency_key, id::text from generation_jobs where user_id = %s"
        return {row["idempotency_key"]: row["id"] for row in self._rows(query, user_id)}

    def statuses(self) -> dict[str, int]:
        """How jobs ended."""
        query = "select status, count(*) as n from generation_jobs group by status"
        return {row["status"]: row["n"] for row in self._rows(query)}


def reconcile(settings: Mapping[str, str]) -> object:
    """The payment service's own proof; its differences."""
    ran = subprocess.run(
        [sys.executable, "-m", "services.payment.reconcile"],
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr
    return json.loads(ran.stdout)["differences"]
