"""The ledger's functions: holds and settlements happen once, balances equal sums and never sink."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.servers.people import add_job, add_person
from tests.servers.postgres import EnvironmentDatabase

INSUFFICIENT = "PV001"


def hold(
    database: EnvironmentDatabase,
    user_id: UUID,
    job_id: UUID,
    amount: int,
    *,
    tenant: UUID | None = None,
) -> object:
    with psycopg.connect(database.app_url) as connection:
        connection.execute(
            "select set_config('pingvas.user_id', %s, true)", [str(tenant or user_id)]
        )
        row = connection.execute(
            "select hold_credits(%s, %s, %s)", [user_id, job_id, amount]
        ).fetchone()
    assert row is not None
    return row[0]


def settle(database: EnvironmentDatabase, verb: str, user_id: UUID, job_id: UUID) -> bool:
    with psycopg.connect(database.system_url) as connection:
        row = connection.execute(
            f"select {verb}_credits(%s, %s)".encode(), [user_id, job_id]
        ).fetchone()
    assert row is not None
    return row[0] is True


def balance_and_sum(database: EnvironmentDatabase, user_id: UUID) -> tuple[int, int]:
    with psycopg.connect(database.system_url) as connection:
        row = connection.execute(
            "select credit_balance, (select coalesce(sum(amount_credits), 0)::bigint"
            " from credit_ledger where user_id = users.id) from users where id = %s",
            [user_id],
        ).fetchone()
    assert row is not None
    return row[0], row[1]


@pytest.fixture
def person(environment_database: EnvironmentDatabase) -> UUID:
    return add_person(environment_database, balance=10)


def test_hold_then_capture_keeps_the_credits(
    environment_database: EnvironmentDatabase, person: UUID
) -> None:
    job = add_job(environment_database, person)
    assert hold(environment_database, person, job, 4) == 6
    assert settle(environment_database, "capture", person, job) is True
    assert settle(environment_database, "capture", person, job) is False
    assert settle(environment_database, "release", person, job) is False
    assert balance_and_sum(environment_database, person) == (6, 6)


def test_hold_then_release_gives_them_back_once(
    environment_database: EnvironmentDatabase, person: UUID
) -> None:
    job = add_job(environment_database, person)
    hold(environment_database, person, job, 4)
    assert settle(environment_database, "release", person, job) is True
    assert settle(environment_database, "release", person, job) is False
    assert settle(environment_database, "capture", person, job) is False
    assert balance_and_sum(environment_database, person) == (10, 10)


def test_too_few_credits_change_nothing(
    environment_database: EnvironmentDatabase, person: UUID
) -> None:
    job = add_job(environment_database, person)
    with pytest.raises(psycopg.Error) as refused:
        hold(environment_database, person, job, 11)
    assert refused.value.sqlstate == INSUFFICIENT
    assert balance_and_sum(environment_database, person) == (10, 10)


def test_a_job_is_held_once_and_never_with_a_negative_amount(
    environment_database: EnvironmentDatabase, person: UUID
) -> None:
    job = add_job(environment_database, person)
    hold(environment_database, person, job, 1)
    with pytest.raises(psycopg.errors.UniqueViolation):
        hold(environment_database, person, job, 1)
    with pytest.raises(psycopg.errors.CheckViolation):
        hold(environment_database, person, add_job(environment_database, person), -1)
    assert balance_and_sum(environment_database, person) == (9, 9)


def test_a_tenant_cannot_hold_another_persons_credits(
    environment_database: EnvironmentDatabase, person: UUID
) -> None:
    other = add_person(environment_database)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        hold(environment_database, person, uuid4(), 1, tenant=other)


def test_a_settlement_needs_the_persons_own_hold(
    environment_database: EnvironmentDatabase, person: UUID
) -> None:
    job = add_job(environment_database, person)
    assert settle(environment_database, "release", person, job) is False
    hold(environment_database, person, job, 4)
    other = add_person(environment_database)
    assert settle(environment_database, "release", other, job) is False
    assert balance_and_sum(environment_database, person) == (6, 6)


def test_a_free_job_is_held_and_settled_too(
    environment_database: EnvironmentDatabase, person: UUID
) -> None:
    job = add_job(environment_database, person, cost_credits=0)
    assert hold(environment_database, person, job, 0) == 10
    assert settle(environment_database, "release", person, job) is True


def test_many_holds_at_once_never_take_more_than_there_is(
    environment_database: EnvironmentDatabase, person: UUID
) -> None:
    jobs = [add_job(environment_database, person) for _ in range(12)]

    def attempt(job: UUID) -> bool:
        try:
            hold(environment_database, person, job, 3)
        except psycopg.Error as refused:
            if refused.sqlstate != INSUFFICIENT:
                raise
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        held = [job for job, taken in zip(jobs, threads.map(attempt, jobs), strict=True) if taken]
    assert len(held) == 3
    assert balance_and_sum(environment_database, person) == (1, 1)
    with ThreadPoolExecutor(6) as threads:
        both = [(verb, job) for job in held for verb in ("capture", "release", "release")]
        settled = threads.map(
            lambda ask: settle(environment_database, ask[0], person, ask[1]), both
        )
        assert sum(settled) == len(held), "exactly one settlement per job"
    balance, total = balance_and_sum(environment_database, person)
    assert balance == total
