"""Guessing gets slow, for known and unknown addresses alike; strangers do not lock an owner out."""

from __future__ import annotations

import asyncio

import httpx
import psycopg
import pytest

from services.kernel.db import Database
from services.user.actions.count_attempts import (
    ACCOUNT,
    OWN,
    REQUESTS,
    Attempt,
    CountAttempts,
)
from services.user.client import Client
from services.user.errors import TooManyAttempts
from tests.servers.postgres import EnvironmentDatabase
from tests.services.user.conftest import Arrive, new_address
from tests.services.user.visitors import PASSWORD, Visitor, code_of, new_email, without_request


def pass_time(database: EnvironmentDatabase, email: str, client: Client, seconds: float) -> None:
    """Let so much time go by for what is counted about an address and a client."""
    subjects = list(Attempt.at_account(email, client).backoffs)
    with psycopg.connect(database.system_url) as connection:
        connection.execute(
            "update attempts set blocked_until = blocked_until - make_interval(secs => %s),"
            " updated_at = updated_at - make_interval(secs => %s) where subject = any(%s)",
            [seconds, seconds, subjects],
        )


def test_waits_double_up_to_a_limit() -> None:
    assert [OWN.delay_s(failures) for failures in (1, 4, 5, 6, 7, 8)] == [0, 0, 1, 2, 4, 8]
    assert OWN.delay_s(10_000) == 900
    assert ACCOUNT.delay_s(10_000) == 30


def test_a_site_counts_once_and_this_machine_not_at_all() -> None:
    near, far = Client("2001:db8:1:2::3"), Client("2001:db8:1:2:ffff::9")
    assert near.network == far.network == "2001:db8:1:2::/64"
    assert Client("2001:db8:1:3::3").network != near.network
    assert [Client(each).network for each in ("127.0.0.1", "::1", "", "testclient")] == [None] * 4
    assert Attempt.of_request("sign_up", Client("127.0.0.1")).backoffs == {}


async def test_five_failures_are_free_and_then_one_waits_known_or_not(visitor: Visitor) -> None:
    known, unknown = await visitor.verified(), new_email()
    refused: list[httpx.Response] = []
    for email in (known, unknown):
        for _ in range(5):
            assert (await visitor.sign_in(email, "wrong")).status_code == 401
        refused.append(await visitor.sign_in(email, PASSWORD))
    assert [code_of(each) for each in refused] == [(429, "user.too_many_attempts")] * 2
    assert [each.headers["Retry-After"] for each in refused] == ["1", "1"]
    assert without_request(refused[0]) == without_request(refused[1])


async def test_the_right_password_after_the_wait_is_let_in_and_clears_the_count(
    arrive: Arrive, environment_database: EnvironmentDatabase
) -> None:
    address = new_address()
    visitor = arrive(address)
    email = await visitor.verified()
    for _ in range(5):
        await visitor.sign_in(email, "wrong")
    pass_time(environment_database, email, Client(address), 1)
    assert (await visitor.sign_in(email)).status_code == 200
    for _ in range(5):
        assert (await visitor.sign_in(email, "wrong")).status_code == 401


async def test_a_storm_of_guesses_at_the_same_moment_is_counted_one_by_one(
    visitor: Visitor,
) -> None:
    email = await visitor.verified()
    answers = await asyncio.gather(*(visitor.sign_in(email, "wrong") for _ in range(12)))
    statuses = sorted(each.status_code for each in answers)
    assert statuses == [401] * 5 + [429] * 7


async def test_strangers_do_not_keep_an_owner_out(arrive: Arrive, database: Database) -> None:
    home = new_address()
    owner = arrive(home)
    email = await owner.verified()
    assert (await owner.sign_in(email)).status_code == 200
    counting = CountAttempts(database)
    for number in range(50):
        await counting.charge(Attempt.at_account(email, Client(f"10.1.2.{number}")))
    with pytest.raises(TooManyAttempts):
        await counting.charge(Attempt.at_account(email, Client("10.1.2.99")))
    elsewhere = await arrive().sign_in(email)
    assert code_of(elsewhere) == (429, "user.too_many_attempts")
    assert int(elsewhere.headers["Retry-After"]) <= 30
    assert (await owner.sign_in(email)).status_code == 200, "from where they signed in before"


async def test_one_client_that_tries_many_addresses_waits(arrive: Arrive) -> None:
    visitor = arrive()
    for _ in range(30):
        assert (await visitor.sign_in(new_email(), "wrong")).status_code == 401
    assert (await visitor.sign_in(new_email(), "wrong")).status_code == 429
    assert (await arrive().sign_in(new_email(), "wrong")).status_code == 401


async def test_a_client_that_asks_for_mail_after_mail_waits(visitor: Visitor) -> None:
    for _ in range(REQUESTS.free):
        answer = await visitor.post("password-reset", email=new_email())
        assert answer.status_code == 202
    answer = await visitor.post("password-reset", email=new_email())
    assert code_of(answer) == (429, "user.too_many_attempts")
    assert answer.headers["Retry-After"] == "30"


async def test_after_a_quiet_hour_nothing_is_held_against_anybody(
    arrive: Arrive, environment_database: EnvironmentDatabase
) -> None:
    address = new_address()
    visitor = arrive(address)
    email = new_email()
    for _ in range(5):
        await visitor.sign_in(email, "wrong")
    pass_time(environment_database, email, Client(address), 3_601)
    for _ in range(5):
        assert (await visitor.sign_in(email, "wrong")).status_code == 401


async def test_attempts_are_stored_without_addresses(
    visitor: Visitor, environment_database: EnvironmentDatabase
) -> None:
    email = new_email()
    await visitor.sign_in(email, "wrong")
    with psycopg.connect(environment_database.system_url) as connection:
        rows = connection.execute("select subject from attempts").fetchall()
    assert rows
    assert all(len(subject) == 64 and "@" not in subject for (subject,) in rows)
