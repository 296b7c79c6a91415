"""Double entry: old rows become transfers, and the release before goes on writing as it did."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from services.migrations.dbmate import VERSIONS, environment, program, run
from tests.servers import postgres as postgres_server
from tests.servers.postgres import EnvironmentDatabase, Postgres
from tests.services.migrations.test_credits import INSUFFICIENT, hold, settle

LAST_OLD = "20261123000400"
ACCOUNTS = """
    select account, sum(quantity)::bigint from (
        select credit_account as account, quantity_credits as quantity from credit_ledger
        union all select debit_account, -quantity_credits from credit_ledger
    ) as moved group by account
"""
# The statements of the release before, as they stand in its queries.sql.
OLD_GRANT = """
    insert into credit_ledger (user_id, kind, amount_credits, unique_key, reason, actor_id)
    select u.id, 'grant', %(amount)s, %(key)s, 'welcome', %(id)s
    from users u where u.id = %(id)s and u.deleted_at is null
    on conflict (unique_key) do nothing
"""
OLD_LIST = """
    select id, kind, amount_credits, job_id, reason, created_at
    from credit_ledger where user_id = %(id)s order by id
"""
OLD_JOB = """
    insert into generation_jobs (id, user_id, checkpoint, parameters, cost_credits,
        idempotency_key) values (%(job)s, %(id)s, 'tiny', '{}', %(cost)s, %(job)s)
    on conflict (user_id, idempotency_key) do nothing returning *
"""


@pytest.fixture
def old_database(postgres: Postgres, tmp_path: Path) -> Iterator[EnvironmentDatabase]:
    """A database as the release before left it."""
    database = postgres_server.create_environment(postgres, database="pingvas_transfers")
    for file in VERSIONS.glob("*.sql"):
        if file.name[: len(LAST_OLD)] <= LAST_OLD:
            shutil.copy(file, tmp_path)
    migrated = subprocess.run(
        [str(program()), "--env-file", os.devnull, "migrate"],
        env={**environment(database.owner_url), "DBMATE_MIGRATIONS_DIR": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert migrated.returncode == 0, migrated.stderr
    yield database
    with psycopg.connect(postgres.admin_url, autocommit=True) as connection:
        connection.execute("drop database pingvas_transfers with (force)")


def grant(database: EnvironmentDatabase, user_id: UUID, amount: int) -> None:
    with psycopg.connect(database.system_url) as connection:
        connection.execute(OLD_GRANT, {"id": user_id, "amount": amount, "key": f"grant:{uuid4()}"})


def add_person(database: EnvironmentDatabase, credits_: int) -> UUID:
    user_id = uuid4()
    with psycopg.connect(database.system_url) as connection:
        connection.execute(
            "insert into users (id, email, password_hash) values (%s, %s, '')",
            [user_id, f"{user_id}@example.com"],
        )
    grant(database, user_id, credits_)
    return user_id


def submit(database: EnvironmentDatabase, user_id: UUID, cost: int) -> UUID:
    job_id = uuid4()
    with psycopg.connect(database.app_url) as connection:
        connection.execute("select set_config('pingvas.user_id', %s, true)", [str(user_id)])
        connection.execute(OLD_JOB, {"id": user_id, "job": job_id, "cost": cost})
    hold(database, user_id, job_id, cost)
    return job_id


def balances(database: EnvironmentDatabase, user_id: UUID) -> tuple[object, ...]:
    with psycopg.connect(database.system_url) as connection:
        row = connection.execute(
            "select credit_balance, credits_held, credits_owed from users where id = %s", [user_id]
        ).fetchone()
    assert row is not None
    return row


def accounts(database: EnvironmentDatabase) -> dict[object, object]:
    with psycopg.connect(database.system_url) as connection:
        return dict(connection.execute(ACCOUNTS).fetchall())


def test_rows_of_before_become_transfers_and_what_is_open_stays_held(
    old_database: EnvironmentDatabase,
) -> None:
    ada, ben = add_person(old_database, 100), add_person(old_database, 5)
    kept, returned, waiting = (submit(old_database, ada, cost) for cost in (30, 20, 7))
    free = submit(old_database, ben, 0)
    settle(old_database, "capture", ada, kept)
    settle(old_database, "release", ada, returned)
    with psycopg.connect(old_database.system_url) as connection:
        connection.execute(
            "insert into credit_ledger (user_id, kind, amount_credits, unique_key)"
            " values (%s, 'refund', -2, 'a'), (%s, 'refund', 1, 'b')",
            [ben, ben],
        )
    assert run("migrate", old_database.owner_url).status == 0
    assert balances(old_database, ada) == (63, 7, 0)
    assert balances(old_database, ben) == (4, 0, 0)
    assert accounts(old_database) == {"issued": -104, "available": 67, "held": 7, "revenue": 30}
    assert settle(old_database, "capture", ada, waiting) is True
    assert settle(old_database, "release", ben, free) is True
    assert settle(old_database, "release", ada, kept) is False
    assert balances(old_database, ada) == (63, 0, 0)
    assert accounts(old_database) == {"issued": -104, "available": 67, "held": 0, "revenue": 37}


def test_the_release_before_works_on_the_new_tables(
    environment_database: EnvironmentDatabase,
) -> None:
    user_id = add_person(environment_database, 50)
    job_id = submit(environment_database, user_id, 20)
    assert balances(environment_database, user_id) == (30, 20, 0)
    with pytest.raises(psycopg.Error) as refused:
        submit(environment_database, user_id, 31)
    assert refused.value.sqlstate == INSUFFICIENT
    assert settle(environment_database, "capture", user_id, job_id) is True
    assert balances(environment_database, user_id) == (30, 0, 0)
    with psycopg.connect(environment_database.app_url) as connection:
        connection.execute("select set_config('pingvas.user_id', %s, true)", [str(user_id)])
        rows = connection.execute(OLD_LIST, {"id": user_id}).fetchall()
    assert [row[1:3] for row in rows] == [("grant", 50), ("hold", -20), ("capture", 0)]


@pytest.mark.parametrize(
    ("kind", "amount", "transfer"),
    [
        ("grant", 9, ("issued", "available", 9)),
        ("purchase", 9, ("issued", "available", 9)),
        ("hold", -9, ("available", "held", 9)),
        ("capture", 0, ("held", "revenue", 4)),
        ("release", 4, ("held", "available", 4)),
        ("refund", -9, ("available", "issued", 9)),
        ("refund", 9, ("issued", "available", 9)),
    ],
)
def test_a_row_of_kind_and_amount_alone_is_completed(
    environment_database: EnvironmentDatabase,
    kind: str,
    amount: int,
    transfer: tuple[str, str, int],
) -> None:
    user_id = add_person(environment_database, 50)
    job_id = submit(environment_database, user_id, 4)
    with psycopg.connect(environment_database.system_url) as connection:
        row = connection.execute(
            "insert into credit_ledger (user_id, kind, amount_credits, unique_key)"
            " values (%s, %s, %s, %s)"
            " returning debit_account, credit_account, quantity_credits",
            [user_id, kind, amount, f"settle:{job_id}"],
        ).fetchone()
    assert row == transfer


@pytest.mark.parametrize(
    ("kind", "amount", "debit", "credit", "quantity"),
    [
        ("hold", 0, "available", "held", 9),
        ("hold", -9, "available", "held", 3),
        ("hold", -9, "available", "revenue", 9),
        ("hold", 0, "issued", "held", 9),
        ("grant", 9, "revenue", "available", 9),
        ("refund", 0, "issued", "held", 5),
        ("capture", 0, "available", "revenue", 5),
        ("release", -1, "held", "available", -1),
    ],
)
def test_no_other_transfer_is_possible(
    environment_database: EnvironmentDatabase,
    kind: str,
    amount: int,
    debit: str,
    credit: str,
    quantity: int,
) -> None:
    user_id = add_person(environment_database, 50)
    with (
        pytest.raises(psycopg.errors.CheckViolation),
        psycopg.connect(environment_database.system_url) as connection,
    ):
        connection.execute(
            "insert into credit_ledger (user_id, kind, amount_credits, unique_key, debit_account,"
            " credit_account, quantity_credits) values (%s, %s, %s, %s, %s, %s, %s)",
            [user_id, kind, amount, str(uuid4()), debit, credit, quantity],
        )
    assert balances(environment_database, user_id) == (50, 0, 0)


def test_what_is_owed_is_paid_by_whatever_arrives(
    environment_database: EnvironmentDatabase,
) -> None:
    user_id = add_person(environment_database, 50)
    job_id = submit(environment_database, user_id, 20)
    with psycopg.connect(environment_database.system_url) as connection:
        for answer in (True, False):
            row = connection.execute(
                "select refund_credits(%s, null, 45, %s, 'refund')", [user_id, f"refund:{user_id}"]
            ).fetchone()
            assert row == (answer,)
    assert balances(environment_database, user_id) == (0, 20, 15)
    settle(environment_database, "release", user_id, job_id)
    assert balances(environment_database, user_id) == (5, 0, 0)
    grant(environment_database, user_id, 1)
    assert balances(environment_database, user_id) == (6, 0, 0)
