"""People for tests: rows with credits, and clients that are signed in as one of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
from fastapi import FastAPI

from services.kernel.access import Caller, Role, TokenVerifier
from services.kernel.db import Database, Row
from services.kernel.sql import Query
from tests.servers.people import AUDIENCE, ISSUER, TokenPress

PRESS = TokenPress()

ADD_USER = Query(
    "add_user",
    """insert into users (id, email, password_hash, role, tier)
    values (%(id)s, %(email)s, '', %(role)s, %(tier)s)""",
)
GRANT = Query(
    "grant",
    """insert into credit_ledger (user_id, kind, amount_credits, unique_key)
    values (%(user_id)s, 'grant', %(amount)s, %(key)s)""",
)
BALANCE = Query(
    "balance",
    """select credit_balance,
        (select coalesce(sum(amount_credits), 0) from credit_ledger where user_id = users.id) as sum
    from users where id = %(user_id)s""",
)
LEDGER = Query(
    "ledger", "select kind, amount_credits from credit_ledger where job_id = %(job_id)s order by id"
)


async def a_person(
    database: Database, credits_: int = 0, *, role: Role = "user", tier: str = "free"
) -> Caller:
    """A new person with so many credits."""
    caller = Caller(uuid4(), role, tier)
    async with database.system() as system:
        await system.execute(
            ADD_USER, id=caller.user_id, email=f"{caller.user_id}@example.org", role=role, tier=tier
        )
        if credits_:
            key = f"grant:{uuid4()}"
            await system.execute(GRANT, user_id=caller.user_id, amount=credits_, key=key)
    return caller


async def balance_of(database: Database, caller: Caller) -> int:
    """The balance, after a look whether the ledger agrees."""
    async with database.system() as system:
        row = await system.fetch_one(BALANCE, user_id=caller.user_id)
    assert row is not None
    assert row["credit_balance"] == row["sum"]
    return int(row["credit_balance"])


async def ledger_of(database: Database, job_id: object) -> list[tuple[str, int]]:
    """Kinds and amounts of a job, in order."""
    async with database.system() as system:
        rows: list[Row] = await system.fetch_all(LEDGER, job_id=job_id)
    return [(row["kind"], row["amount_credits"]) for row in rows]


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[FastAPI]:
    """The application with its lifespan, trusting the tests' key."""
    app.state.verifier = TokenVerifier(PRESS.key, issuer=ISSUER, audience=AUDIENCE)
    async with app.router.lifespan_context(app):
        yield app


@asynccontextmanager
async def client_of(app: FastAPI, caller: Caller | None) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is signed in as the caller, or not at all."""
    headers = PRESS.headers(caller.user_id, caller.role, caller.tier) if caller else {}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://service", headers=headers
    ) as client:
        yield client
