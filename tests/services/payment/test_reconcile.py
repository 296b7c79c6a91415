"""Reconciliation finds what is planted, and says so as a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from services.kernel.db import Database
from services.migrations.dbmate import run as run_dbmate
from services.payment.actions.reconcile import Reconcile
from tests.servers import postgres as postgres_server
from tests.servers.people import ISSUER, JWKS_URL
from tests.servers.postgres import EnvironmentDatabase, Postgres
from tests.services.payment import jobs
from tests.services.payment.shop import Shop

Admin = psycopg.Connection[tuple[object, ...]]

# What is done to the books, as nobody but the database's administrator could; what is found.
PLANTS = {
    "update users set credits_held = credits_held + 1 where id = %(user)s": {"balance"},
    "update users set credit_balance = credit_balance - 1 where id = %(user)s": {"balance"},
    "update generation_jobs set cost_credits = 4 where id = %(job)s": {"hold"},
    "update generation_jobs set status = 'succeeded' where id = %(job)s": {"job"},
    "delete from generation_jobs where id = %(job)s": {"hold"},
    "delete from credit_ledger where unique_key = 'hold:' || %(job)s": {"job", "balance"},
    "insert into generation_jobs (user_id, checkpoint, parameters, cost_credits)"
    " values (%(user)s, 'tiny', '{}', 0)": {"job"},
    "insert into credit_ledger (user_id, kind, amount_credits, unique_key, debit_account,"
    " credit_account, quantity_credits)"
    " values (%(user)s, 'release', 0, 'settle:' || %(user)s, 'held', 'available', 0)": {
        "settlement"
    },
    "update payments set credits = credits + 1 where user_id = %(user)s": {"payment"},
    "insert into credit_ledger (user_id, kind, amount_credits, unique_key)"
    " values (%(user)s, 'purchase', 0, 'bought:' || %(user)s)": {"purchase"},
    "alter table credit_ledger drop constraint credit_ledger_transfer;"
    " update credit_ledger set debit_account = null where kind = 'grant'": {"transfer"},
}


@pytest.fixture(scope="module")
def environment_database(postgres: Postgres) -> Iterator[EnvironmentDatabase]:
    """Books to be spoiled."""
    database = postgres_server.create_environment(postgres, database="pingvas_spoiled")
    assert run_dbmate("migrate", database.owner_url).status == 0
    yield database
    with psycopg.connect(postgres.admin_url, autocommit=True) as connection:
        connection.execute("drop database pingvas_spoiled with (force)")


@pytest.fixture
def admin(environment_database: EnvironmentDatabase) -> Iterator[Admin]:
    with psycopg.connect(environment_database.admin_url, autocommit=True) as connection:
        connection.execute(f"set search_path = {environment_database.schema}".encode())
        yield connection


@pytest.fixture
async def job(shop: Shop, database: Database) -> UUID:
    await shop.buy()
    job_id = await jobs.submit(database, shop.user_id, 3)
    assert job_id is not None
    return job_id


@pytest.mark.parametrize("planted", PLANTS)
async def test_what_is_planted_is_found(
    admin: Admin, shop: Shop, database: Database, job: UUID, planted: str
) -> None:
    admin.execute(
        "insert into credit_ledger (user_id, kind, amount_credits, unique_key)"
        " values (%s, 'grant', 5, 'grant:' || %s)",
        [shop.user_id, job],
    )
    before = (await Reconcile(database).run()).differences
    literal = planted.replace("%(user)s", f"'{shop.user_id}'").replace("%(job)s", f"'{job}'")
    admin.execute(literal.encode())
    after = (await Reconcile(database).run()).differences
    assert {new.check for new in after if new not in before} == PLANTS[planted]


def program(database: EnvironmentDatabase, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.payment.reconcile"],
        env={
            **os.environ,
            "PINGVAS_ENVIRONMENT": "dev",
            "PINGVAS_DATABASE_URL": database.app_url,
            "PINGVAS_SYSTEM_DATABASE_URL": database.system_url,
            "PINGVAS_TOKEN_ISSUER": ISSUER,
            "PINGVAS_JWKS_URL": JWKS_URL,
            **changes,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_as_a_program_it_tells_what_differs_and_ends_with_one(
    environment_database: EnvironmentDatabase, payment_database: EnvironmentDatabase, admin: Admin
) -> None:
    right = program(payment_database)
    assert (right.returncode, right.stderr) == (0, "")
    report = json.loads(right.stdout)
    assert (report["differences"], report["accounts"]["sum"]) == ([], 0)
    admin.execute("update users set credits_held = 7")
    admin.execute("insert into users (email, password_hash, credits_held) values ('a@b', '', 1)")
    wrong = program(environment_database)
    assert wrong.returncode == 1
    found = [each for each in json.loads(wrong.stdout)["differences"] if each["check"] == "balance"]
    assert "available 0, held 1, owed 0" in {each["found"] for each in found}


def test_without_a_database_it_says_so(payment_database: EnvironmentDatabase) -> None:
    away = program(
        payment_database, PINGVAS_SYSTEM_DATABASE_URL="postgresql://a:hunter2@127.0.0.1:1/x"
    )
    assert away.returncode == 3
    assert "hunter2" not in away.stdout + away.stderr
