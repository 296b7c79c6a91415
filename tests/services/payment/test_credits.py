"""Balances, ledger pages, grants and plans, over HTTP and a real database."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.payment.settings import PaymentSettings
from tests.servers.people import TokenPress, add_person
from tests.servers.postgres import EnvironmentDatabase


def gift(user_id: UUID, /, **changes: object) -> dict[str, object]:
    body = {
        "user_id": str(user_id),
        "amount_credits": 100,
        "reason": "welcome",
        "idempotency_key": str(uuid4()),
    }
    return {**body, **changes}


async def balance_of(client: httpx.AsyncClient, headers: dict[str, str]) -> int:
    answer = await client.get("/v1/credits", headers=headers)
    assert answer.status_code == 200, answer.text
    balance: int = answer.json()["balance_credits"]
    return balance


async def test_a_grant_arrives_once_per_key(
    client: httpx.AsyncClient, tokens: TokenPress, person: UUID, admin_headers: dict[str, str]
) -> None:
    body = gift(person)
    answers = await asyncio.gather(
        *(client.post("/v1/credits/grants", json=body, headers=admin_headers) for _ in range(5))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["entry"]["id"] for answer in answers}) == 1
    assert answers[0].json()["balance_credits"] == 100
    assert await balance_of(client, tokens.headers(person)) == 100
    second = await client.post("/v1/credits/grants", json=gift(person), headers=admin_headers)
    assert second.json()["balance_credits"] == 200


@pytest.mark.parametrize("change", [{"amount_credits": 101}, {"reason": "other"}])
async def test_a_key_used_for_another_grant_is_refused(
    client: httpx.AsyncClient,
    person: UUID,
    admin_headers: dict[str, str],
    change: dict[str, object],
) -> None:
    body = gift(person)
    await client.post("/v1/credits/grants", json=body, headers=admin_headers)
    answer = await client.post("/v1/credits/grants", json={**body, **change}, headers=admin_headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency.key_reused")


async def test_only_an_administrator_grants(
    client: httpx.AsyncClient, tokens: TokenPress, person: UUID
) -> None:
    headers = tokens.headers(person)
    refused = await client.post("/v1/credits/grants", json=gift(person), headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "access.admin_required")
    assert (await client.post("/v1/credits/grants", json=gift(person))).status_code == 401
    assert await balance_of(client, headers) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"amount_credits": 0},
        {"amount_credits": -5},
        {"amount_credits": 1.5},
        {"amount_credits": "5"},
        {"amount_credits": True},
        {"amount_credits": None},
        {"amount_credits": 2**63},
        {"reason": ""},
        {"reason": "a\x00b"},
        {"idempotency_key": ""},
        {"user_id": "me"},
        {"kind": "purchase"},
    ],
)
async def test_a_malformed_grant_is_refused(
    client: httpx.AsyncClient,
    person: UUID,
    admin_headers: dict[str, str],
    change: dict[str, object],
) -> None:
    answer = await client.post(
        "/v1/credits/grants", json=gift(person, **change), headers=admin_headers
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


async def test_nobody_unknown_is_granted_anything(
    client: httpx.AsyncClient, tokens: TokenPress, admin_headers: dict[str, str]
) -> None:
    answer = await client.post("/v1/credits/grants", json=gift(uuid4()), headers=admin_headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "payment.person_unknown")
    assert (await client.get("/v1/credits", headers=tokens.headers(uuid4()))).status_code == 404


async def test_the_ledger_is_paged_newest_first_and_only_ones_own(
    client: httpx.AsyncClient,
    tokens: TokenPress,
    environment_database: EnvironmentDatabase,
    person: UUID,
    admin_headers: dict[str, str],
) -> None:
    add_person(environment_database, balance=7)
    for amount in range(1, 6):
        body = gift(person, amount_credits=amount)
        await client.post("/v1/credits/grants", json=body, headers=admin_headers)
    headers, amounts, cursor = tokens.headers(person), [], None
    for _ in range(3):
        params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = (await client.get("/v1/credits/ledger", params=params, headers=headers)).json()
        amounts += [entry["amount_credits"] for entry in page["items"]]
        cursor = page["next_cursor"]
    assert amounts == [5, 4, 3, 2, 1]
    assert cursor is None


@pytest.mark.parametrize(
    ("params", "status"), [({"limit": "0"}, 422), ({"limit": "101"}, 422), ({"cursor": "x"}, 404)]
)
async def test_odd_pages_are_refused(
    client: httpx.AsyncClient,
    tokens: TokenPress,
    person: UUID,
    params: dict[str, str],
    status: int,
) -> None:
    answer = await client.get("/v1/credits/ledger", params=params, headers=tokens.headers(person))
    assert answer.status_code == status


async def test_plans_are_the_tiers_of_the_configuration(
    client: httpx.AsyncClient,
    shared_settings: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plans = (await client.get("/v1/plans")).json()["items"]
    assert [plan["tier"] for plan in plans] == ["free", "starter", "pro", "studio"]
    assert plans[1]["monthly_price_usd"] == "10.00"
    assert (plans[1]["title"], plans[1]["waiting_jobs"]) == ("Starter", 20)
    monkeypatch.setenv("PINGVAS_TIERS", '{"free": {}, "team": {"monthly_price_usd": 5.5}}')
    own = PaymentSettings(**shared_settings)
    assert list(own.tiers) == ["free", "team"]
    assert own.variants == {"team": "1"}


async def test_an_adjustment_takes_no_more_than_there_is(
    client: httpx.AsyncClient, tokens: TokenPress, person: UUID, admin_headers: dict[str, str]
) -> None:
    await client.post("/v1/credits/grants", json=gift(person), headers=admin_headers)
    body = gift(person, amount_credits=-70, reason="entered twice")
    answers = await asyncio.gather(
        *(client.post("/v1/credits/adjustments", json=body, headers=admin_headers) for _ in "123")
    )
    assert {answer.status_code for answer in answers} == {201}
    entry = answers[0].json()["entry"]
    assert (entry["debit_account"], entry["credit_account"]) == ("available", "issued")
    assert await balance_of(client, tokens.headers(person)) == 30
    more = gift(person, amount_credits=-31)
    refused = await client.post("/v1/credits/adjustments", json=more, headers=admin_headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "payment.too_few_credits")
    assert await balance_of(client, tokens.headers(person)) == 30


async def test_an_administrator_sees_anyones_account(
    client: httpx.AsyncClient, tokens: TokenPress, person: UUID, admin_headers: dict[str, str]
) -> None:
    await client.post("/v1/credits/grants", json=gift(person), headers=admin_headers)
    address = f"/v1/credits/accounts/{person}"
    seen = (await client.get(address, headers=admin_headers)).json()
    assert seen == {
        "balance_credits": 100,
        "available_credits": 100,
        "held_credits": 0,
        "owed_credits": 0,
    }
    page = (await client.get(f"{address}/ledger", headers=admin_headers)).json()
    assert [entry["reason"] for entry in page["items"]] == ["welcome"]
    for path in (address, f"{address}/ledger"):
        assert (await client.get(path, headers=tokens.headers(person))).status_code == 403
    nobody = f"/v1/credits/accounts/{uuid4()}"
    for path in (nobody, f"{nobody}/ledger"):
        assert (await client.get(path, headers=admin_headers)).status_code == 404
