"""Webhooks over HTTP: attacks, storms, and events that make no sense, none of which do harm."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from services.kernel.db import Database
from services.payment.adapters.signature import event_id, sign
from services.payment.assembly import Actions, assemble
from services.payment.errors import NotConfigured
from services.payment.outcomes import Outcome
from services.payment.repository import events
from services.payment.settings import PaymentSettings
from tests.servers.people import TokenPress
from tests.services.payment.shop import SECRET, Shop

ADDRESS = "/v1/webhooks/lemon-squeezy"
JSON = "application/json"
NOBODY = "8c0b0b3e-7a51-4c3c-9d0e-5f0a3c1b2d4e"
SAYING = b'{"meta": {"event_name": "a"}, "data": {"type": "x", "id": "1", "attributes": {"a": %s}}}'


async def post(
    client: httpx.AsyncClient, body: bytes, *, signature: str | None = None, kind: str = JSON
) -> httpx.Response:
    given = sign(SECRET, body) if signature is None else signature
    headers = {"X-Signature": given, "Content-Type": kind, "X-Event-Name": "whatever"}
    return await client.post(ADDRESS, content=body, headers=headers)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_fifty_equal_webhooks_at_once_have_one_effect(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    await shop.tell("subscription_created")
    body = shop.body("subscription_payment_success")
    answers = await asyncio.gather(*(post(client, body) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    outcomes = [answer.json()["outcome"] for answer in answers]
    assert sorted(set(outcomes)) == ["applied", "duplicate"]
    assert outcomes.count("applied") == 1
    shown = (await client.get("/metrics")).text
    assert 'pingvas_payment_events_total{outcome="applied"} 1.0' in shown
    assert (await shop.balance()).available == 1_000


async def test_different_events_of_one_subscription_at_once_agree_with_the_newest(
    shop: Shop,
) -> None:
    bodies = [shop.body("subscription_created", at=shop.ago(seconds=60))]
    bodies += [
        shop.body("subscription_updated", at=shop.ago(seconds=each), status=status)
        for each, status in enumerate(["cancelled", *["active"] * 12])
    ]
    bodies += [shop.body("subscription_payment_success", invoice="5000") for _ in range(3)]
    await asyncio.gather(*(shop.send(body) for body in reversed(bodies)))
    for _ in range(3):
        await shop.retry()
    assert (await shop.subscription())["status"] == "cancelled"
    assert (await shop.balance()).available == 1_000


async def test_a_wrong_signature_is_refused(client: httpx.AsyncClient, shop: Shop) -> None:
    body = shop.body("subscription_created")
    right = sign(SECRET, body)
    written_again = json.dumps(json.loads(body), indent=1).encode()
    wrong = [
        (body, ""),
        (body, "0" * 64),
        (body, right[:-1]),
        (body, sign("another-secret", body)),
        (body, "é" * 64),
        (body[:-1], right),
        (written_again, right),
        (b"", right),
    ]
    for bytes_, signature in wrong:
        headers = [(b"x-signature", signature.encode()), (b"content-type", JSON.encode())]
        answer = await client.post(ADDRESS, content=bytes_, headers=headers)
        assert refusal(answer) == (401, "payment.webhook_signature_invalid")
    assert (await client.post(ADDRESS, json={})).status_code == 401
    assert await shop.tier_now() == "free"
    assert (await post(client, body, signature=right.upper())).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"meta": {"event_name": "order_created"}}',
        b'{"meta": {"event_name": "../etc"}, "data": {"type": "x", "id": "1", "attributes": {}}}',
        SAYING % b'"\\u0000"',
        SAYING % b'"\\ud800"',
        SAYING % b"NaN",
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
async def test_a_signed_body_that_is_no_event_is_refused(
    client: httpx.AsyncClient, body: bytes
) -> None:
    assert refusal(await post(client, body)) == (400, "payment.webhook_unreadable")


async def test_other_content_types_and_large_bodies_are_refused(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    body = shop.body("subscription_created")
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = await post(client, body, kind=kind)
        assert refusal(answer) == (415, "request.unsupported_media_type")
    huge = shop.body("subscription_created", product_name="x" * 1_100_000)
    assert refusal(await post(client, huge)) == (413, "request.too_large")
    taken = await post(client, body, kind="application/json; charset=utf-8")
    assert taken.status_code == 200


@pytest.mark.parametrize("away", [timedelta(days=-4), timedelta(minutes=6)])
async def test_an_event_of_another_time_is_refused_unless_it_is_known(
    client: httpx.AsyncClient, shop: Shop, away: timedelta
) -> None:
    body = shop.body("subscription_created", at=datetime.now(UTC) + away)
    assert refusal(await post(client, body)) == (400, "payment.webhook_outside_window")
    assert await shop.tier_now() == "free"


async def test_a_replayed_event_is_a_duplicate_even_when_it_grew_old(
    shop: Shop, settings: PaymentSettings, database: Database
) -> None:
    body = shop.body("subscription_created", at=shop.ago(minutes=2))
    assert await shop.send(body) is Outcome.APPLIED
    strict = assemble(settings.model_copy(update={"webhook_window_s": 60}), database)
    again = await strict.receive.run(body, sign(SECRET, body))
    assert again.outcome is Outcome.DUPLICATE


async def test_an_unknown_event_is_kept_and_marked(client: httpx.AsyncClient, shop: Shop) -> None:
    body = shop.body("affiliate_activated")
    answer = await post(client, body)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "unknown_event")
    kept = await shop.event(event_id(body))
    assert (kept["kind"], kept["outcome"]) == ("affiliate_activated", "unknown_event")
    assert kept["payload"] == json.loads(body)


@pytest.mark.parametrize("named", [NOBODY, "1; drop table users", "", None, {"a": 1}])
async def test_an_event_for_nobody_is_kept_and_gives_nothing(shop: Shop, named: object) -> None:
    payload = json.loads(shop.body("subscription_created"))
    payload["meta"]["custom_data"] = {"user_id": named}
    assert await shop.send(json.dumps(payload).encode()) is Outcome.UNKNOWN_PERSON


async def test_custom_data_may_be_missing_or_odd(shop: Shop) -> None:
    await shop.buy()
    payload = json.loads(shop.body("subscription_cancelled"))
    payload["meta"]["custom_data"] = []
    assert await shop.send(json.dumps(payload).encode()) is Outcome.APPLIED


async def test_nobody_gets_hold_of_another_persons_subscription(
    shop: Shop, actions: Actions, database: Database
) -> None:
    await shop.buy()
    stranger = Shop(actions, database, uuid4(), subscription_id=shop.subscription_id)
    for name in ("subscription_expired", "subscription_payment_success"):
        assert await stranger.tell(name) is Outcome.FOREIGN_PERSON
    assert await shop.tier_now() == "starter"
    assert (await shop.balance()).available == 1_000


async def test_a_poison_event_does_not_hold_up_the_others(shop: Shop) -> None:
    await shop.buy()
    poison = shop.body("subscription_updated", status="dancing")
    unknown = shop.body("subscription_updated", variant_id=999)
    assert await shop.send(poison) is Outcome.OPEN
    assert await shop.send(unknown) is Outcome.OPEN
    assert await shop.tell("subscription_cancelled") is Outcome.APPLIED
    await shop.retry()
    first, second = [await shop.event(event_id(body)) for body in (poison, unknown)]
    assert (first["attempts"], first["reason"]) == (2, "wrong: status")
    assert (second["attempts"], second["reason"]) == (2, "variant_unknown")
    for _ in range(events.ATTEMPTS_AT_MOST):
        await shop.retry()
    given_up = await shop.event(event_id(poison))
    assert (given_up["outcome"], given_up["attempts"]) == ("given_up", events.ATTEMPTS_AT_MOST)


async def test_administrators_see_what_waits_and_try_it_again(
    client: httpx.AsyncClient, shop: Shop, tokens: TokenPress, admin_headers: dict[str, str]
) -> None:
    body = shop.body("subscription_payment_success")
    assert (await post(client, body)).json()["outcome"] == "open"
    page = await client.get("/v1/webhooks/events?open_only=true&limit=100", headers=admin_headers)
    (waiting,) = [e for e in page.json()["items"] if e["event_id"] == event_id(body)]
    assert waiting["reason"] == "subscription_unknown"
    assert "payload" not in waiting
    await shop.tell("subscription_created")
    address = f"/v1/webhooks/events/{event_id(body)}/retry"
    assert (await client.post(address, headers=tokens.headers(shop.user_id))).status_code == 403
    tried = await client.post(address, headers=admin_headers)
    # The background may have been first.
    assert tried.json().get("outcome") == "applied" or tried.status_code == 404
    assert (await shop.balance()).available == 1_000
    gone = await client.post(address, headers=admin_headers)
    assert refusal(gone) == (404, "payment.event_not_found")


async def test_events_of_other_stores_and_tests_in_prod_give_nothing(
    shop: Shop, settings: PaymentSettings, database: Database
) -> None:
    real: dict[str, Any] = {
        "payment_provider": "lemon_squeezy",
        "payment_store_id": "7",
        "payment_variants": {"starter": "1", "pro": "2", "studio": "3"},
        "payment_api_key": SecretStr("k"),
    }
    in_prod = assemble(settings.model_copy(update={**real, "environment": "prod"}), database)
    in_dev = assemble(settings.model_copy(update=real), database)
    foreign = shop.body("subscription_created", store_id=8)
    ours = shop.body("subscription_created", store_id=7)
    for actions, body, outcome in (
        (in_prod, foreign, Outcome.FOREIGN_STORE),
        (in_prod, ours, Outcome.TEST_MODE),
        (in_dev, shop.body("subscription_created", store_id=7, card_brand="visa"), Outcome.APPLIED),
    ):
        assert (await actions.receive.run(body, sign(SECRET, body))).outcome is outcome
    for actions in (in_prod, in_dev):
        await actions.provider.close()


async def test_without_a_secret_nothing_is_taken_in(
    shop: Shop, settings: PaymentSettings, database: Database
) -> None:
    bare = assemble(settings.model_copy(update={"webhook_secret": SecretStr("")}), database)
    body = shop.body("subscription_created")
    with pytest.raises(NotConfigured):
        await bare.receive.run(body, sign("", body))


async def test_old_events_forget_what_they_said(shop: Shop, actions: Actions) -> None:
    body = shop.body("order_created")
    await shop.send(body)
    async with shop.database.system() as system:
        assert await events.empty_old(system, 0) >= 1
    kept = await shop.event(event_id(body))
    assert kept["payload"] == {}
    assert await shop.send(body) is Outcome.DUPLICATE
    assert await actions.retry.forget() > 0
