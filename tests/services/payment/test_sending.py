"""Events sent by hand: the program builds, signs and posts what the service takes in."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from tests.servers.postgres import EnvironmentDatabase
from tests.services.payment.shop import SECRET


@pytest.fixture(scope="module")
def service(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The payment service as a program; the file of its log."""
    log = tmp_path_factory.mktemp("service") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.payment"],
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        transport = httpx.HTTPTransport(retries=60)
        with httpx.Client(transport=transport) as client:
            address = f"http://127.0.0.1:{environment['PINGVAS_PORT']}/readyz"
            while client.get(address).status_code != 200:
                assert process.poll() is None
        yield log
    finally:
        process.terminate()
        process.wait(timeout=15)


def send(environment: dict[str, str], *words: str) -> tuple[int, list[dict[str, Any]], str]:
    ran = subprocess.run(
        [sys.executable, "-m", "services.payment.webhooks", "send", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, [json.loads(line) for line in ran.stdout.splitlines()], ran.stderr


def state_of(database: EnvironmentDatabase, user_id: UUID) -> tuple[object, ...]:
    with psycopg.connect(database.system_url) as connection:
        row = connection.execute(
            "select tier, credit_balance, credits_owed from users where id = %s", [user_id]
        ).fetchone()
    assert row is not None
    return row


def wait_until(holds: Callable[[], bool]) -> None:
    """The background takes in what waited."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_life_told_by_hand(
    environment: dict[str, str],
    environment_database: EnvironmentDatabase,
    service: Path,
    person: UUID,
) -> None:
    who = ("--user", str(person))
    told = send(environment, "subscription_created", *who, "--tier", "pro")
    assert (told[0], [answer["outcome"] for answer in told[1]]) == (0, ["applied"])
    by_address = ("--user", f"{person}@EXAMPLE.com")
    status, answers, _ = send(
        environment, "subscription_payment_success", *by_address, "--repeat", "20"
    )
    outcomes = sorted(answer["outcome"] for answer in answers)
    assert (status, outcomes) == (0, ["applied", *["duplicate"] * 19])
    assert len({answer["event_id"] for answer in answers}) == 1
    assert state_of(environment_database, person) == ("pro", 4_000, 0)
    change = (*who, "--tier", "studio", "--billing-reason", "updated")
    billed = send(environment, "subscription_payment_success", *change)
    assert [answer["outcome"] for answer in billed[1]] == ["open"], "its change was not told yet"
    assert send(environment, "subscription_updated", *who, "--tier", "studio")[0] == 0
    wait_until(lambda: state_of(environment_database, person) == ("studio", 4_000 + 7_500, 0))
    _, answers, _ = send(environment, "subscription_cancelled", *who, "--reorder")
    assert [answer["outcome"] for answer in answers] == ["applied", "stale"]
    assert send(environment, "subscription_payment_refunded", *who)[0] == 0
    assert state_of(environment_database, person) == ("studio", 4_000, 0)
    assert send(environment, "something_new", *who)[1][0]["outcome"] == "unknown_event"
    status, answers, _ = send(environment, "subscription_expired", *who, "--unsigned")
    assert (status, answers[0]["status"]) == (1, 401)
    assert answers[0]["outcome"] == "payment.webhook_signature_invalid"
    assert send(environment, "subscription_expired", *who)[0] == 0
    assert state_of(environment_database, person) == ("free", 4_000, 0)
    words = service.read_text()
    assert "event_applied" in words
    assert SECRET not in words
    assert f"{person}@example.com" not in words


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["subscription_created", "--user", "nobody@example.com"], "no such person"),
        (["subscription_created", "--user", "PERSON", "--tier", "gold"], "starter, pro, studio"),
        (["Subscription Created", "--user", "PERSON"], "an event like"),
        (["subscription_created", "--user", "PERSON", "--repeat", "0"], "repeated 1 to"),
        (["subscription_created"], "--user"),
        (
            ["subscription_created", "--user", "PERSON", "--billing-reason", "updated"],
            "goes with subscription_payment_failed",
        ),
    ],
)
def test_what_makes_no_sense_is_told(
    environment: dict[str, str], person: UUID, words: list[str], why: str
) -> None:
    given = [str(person) if word == "PERSON" else word for word in words]
    status, answers, said = send(environment, *given)
    assert (status, answers) == (2, [])
    assert why in said
    assert "Traceback" not in said


def test_a_service_that_is_away_is_told(environment: dict[str, str], person: UUID) -> None:
    away = ("--user", str(person), "--url", "http://127.0.0.1:1")
    status, answers, said = send(environment, "subscription_created", *away)
    assert (status, answers, said) == (1, [], "webhooks: ConnectError\n")


def test_without_a_secret_nothing_is_sent(environment: dict[str, str], person: UUID) -> None:
    bare = {**environment, "PINGVAS_WEBHOOK_SECRET": ""}
    status, _, said = send(bare, "subscription_created", "--user", str(person))
    assert (status, "PINGVAS_WEBHOOK_SECRET is not set" in said) == (2, True)
