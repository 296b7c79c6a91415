"""Buying, changing and refunding over HTTP: with the local provider, and with Lemon Squeezy's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from starlette.responses import Response

from services.kernel.access import TokenVerifier
from services.kernel.db import Database
from services.kernel.pagination import CursorInvalid
from services.payment.assembly import assemble
from services.payment.main import create_app
from services.payment.settings import PaymentSettings
from tests.servers.application import calling
from tests.servers.people import AUDIENCE, ISSUER, TokenPress, add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.services.payment.lemon_stand import LemonStand
from tests.services.payment.shop import Shop


@pytest.fixture
def headers(tokens: TokenPress, person: UUID) -> dict[str, str]:
    return tokens.headers(person)


async def buy(client: httpx.AsyncClient, headers: dict[str, str], tier: str) -> str:
    """The path of the page where it is paid."""
    answer = await client.post("/v1/checkouts", json={"tier": tier}, headers=headers)
    assert answer.status_code == 201, answer.text
    url = str(answer.json()["url"])
    assert url.startswith(ISSUER)
    return url.removeprefix(ISSUER)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_tier_is_bought_changed_cancelled_and_resumed(
    client: httpx.AsyncClient, headers: dict[str, str], shop: Shop
) -> None:
    page = await buy(client, headers, "pro")
    shown = await client.get(page)
    assert shown.headers["content-type"].startswith("text/html")
    assert "<h1>pro</h1>" in shown.text
    assert await shop.tier_now() == "free"
    paid = await client.post(page)
    assert [event["outcome"] for event in paid.json()["events"]] == ["noted", "applied", "applied"]
    again = await client.post(page)
    assert {event["outcome"] for event in again.json()["events"]} == {"duplicate"}
    assert await shop.tier_now() == "pro"
    assert (await shop.balance()).available == 4_000

    (found,) = (await client.get("/v1/subscriptions", headers=headers)).json()["items"]
    address = f"/v1/subscriptions/{found['id']}"
    assert (await client.get(address, headers=headers)).json() == found
    changed = await client.patch(address, json={"tier": "studio"}, headers=headers)
    assert changed.json()["tier"] == "studio"
    assert await shop.tier_now() == "studio"
    assert (await shop.balance()).available == 4_000 + 7_500
    bill, _ = (await client.get("/v1/payments", headers=headers)).json()["items"]
    assert (bill["billing_reason"], bill["tier"]) == ("updated", "studio")
    assert (bill["total_cents"], bill["credits"]) == (5_000, 7_500)
    for _ in range(2):
        cancelled = (await client.post(f"{address}/cancel", headers=headers)).json()
        assert cancelled["status"] == "cancelled"
        assert cancelled["ends_at"] == found["current_period_end"]
    refused = await client.patch(address, json={"tier": "pro"}, headers=headers)
    assert refusal(refused) == (409, "payment.subscription_over")
    twice = await client.post("/v1/checkouts", json={"tier": "pro"}, headers=headers)
    assert refusal(twice) == (409, "payment.already_subscribed")
    for _ in range(2):
        resumed = (await client.post(f"{address}/resume", headers=headers)).json()
        assert (resumed["status"], resumed["ends_at"]) == ("active", None)
    assert await shop.tier_now() == "studio"


@pytest.mark.parametrize("tier", ["free", "gold"])
async def test_only_what_has_a_price_is_sold(
    client: httpx.AsyncClient, headers: dict[str, str], tier: str
) -> None:
    answer = await client.post("/v1/checkouts", json={"tier": tier}, headers=headers)
    assert refusal(answer) == (409, "payment.tier_not_for_sale")


async def test_another_persons_subscription_does_not_exist(
    client: httpx.AsyncClient,
    headers: dict[str, str],
    tokens: TokenPress,
    environment_database: EnvironmentDatabase,
    shop: Shop,
) -> None:
    await client.post(await buy(client, headers, "starter"))
    (found,) = (await client.get("/v1/subscriptions", headers=headers)).json()["items"]
    stranger = tokens.headers(add_person(environment_database))
    address = f"/v1/subscriptions/{found['id']}"
    for answer in (
        await client.get(address, headers=stranger),
        await client.patch(address, json={"tier": "pro"}, headers=stranger),
        await client.post(f"{address}/cancel", headers=stranger),
        await client.post(f"{address}/resume", headers=stranger),
        await client.get(f"/v1/subscriptions/{uuid4()}", headers=headers),
    ):
        assert refusal(answer) == (404, "payment.subscription_not_found")
    for path in ("/v1/subscriptions", "/v1/payments"):
        assert (await client.get(path, headers=stranger)).json()["items"] == []
        assert (await client.get(path)).status_code == 401
    assert await shop.tier_now() == "starter"


async def test_a_forged_or_foreign_checkout_does_not_exist(client: httpx.AsyncClient) -> None:
    for verb in ("GET", "POST"):
        answer = await client.request(verb, "/v1/checkouts/local/eyJhbGciOiJub25lIn0.e30.")
        assert refusal(answer) == (404, "payment.checkout_unknown")


async def test_a_payment_is_refunded_up_to_a_sum_once(
    client: httpx.AsyncClient,
    headers: dict[str, str],
    admin_headers: dict[str, str],
    shop: Shop,
) -> None:
    await client.post(await buy(client, headers, "starter"))
    (payment,) = (await client.get("/v1/payments", headers=headers)).json()["items"]
    assert (payment["total_cents"], payment["credits"]) == (1_000, 1_000)
    address = f"/v1/payments/{payment['id']}/refund"
    for cents in (300, 300):
        answer = await client.post(address, json={"refunded_cents": cents}, headers=admin_headers)
        assert answer.json()["credits_refunded"] == 300
    assert (await shop.balance()).available == 700
    for cents in (299, 1_001):
        answer = await client.post(address, json={"refunded_cents": cents}, headers=admin_headers)
        assert refusal(answer) == (409, "payment.refund_impossible")
    assert (
        await client.post(address, json={"refunded_cents": 1}, headers=headers)
    ).status_code == 403
    nothing = f"/v1/payments/{uuid4()}/refund"
    answer = await client.post(nothing, json={"refunded_cents": 1}, headers=admin_headers)
    assert refusal(answer) == (404, "payment.payment_not_found")


async def test_lists_are_paged_newest_first(
    client: httpx.AsyncClient, headers: dict[str, str], shop: Shop
) -> None:
    await shop.buy()
    for number in range(4):
        await shop.tell("subscription_payment_success", invoice=f"{shop.subscription_id}-{number}")
        await Shop(shop.actions, shop.database, shop.user_id).tell("subscription_created")
    for path in ("/v1/subscriptions", "/v1/payments"):
        seen: list[dict[str, Any]] = []
        cursor = None
        for _ in range(3):
            params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
            page = (await client.get(path, params=params, headers=headers)).json()
            seen += page["items"]
            cursor = page["next_cursor"]
        assert cursor is None
        assert len({each["id"] for each in seen}) == 5
    odd = await client.get("/v1/subscriptions", params={"cursor": "WyJhIl0"}, headers=headers)
    assert refusal(odd) == (CursorInvalid.status, CursorInvalid.code)


class TestLemonSqueezy:
    """The same routes with the real adapter, against a server that answers as theirs."""

    @pytest.fixture
    def settings(self, settings: PaymentSettings, stand: LemonStand) -> PaymentSettings:
        return stand.chosen_in(settings)

    @pytest.fixture
    async def squeezed(
        self, settings: PaymentSettings, tokens: TokenPress
    ) -> AsyncIterator[httpx.AsyncClient]:
        app = create_app(settings)
        app.state.verifier = TokenVerifier(tokens.key, issuer=ISSUER, audience=AUDIENCE)
        async with calling(app) as client:
            yield client

    async def test_a_subscription_is_managed_there(
        self, squeezed: httpx.AsyncClient, headers: dict[str, str], shop: Shop, stand: LemonStand
    ) -> None:
        opened = await squeezed.post("/v1/checkouts", json={"tier": "pro"}, headers=headers)
        assert opened.json()["url"].startswith("https://stand.example.com/")
        stand.add(shop.subscription_id)
        await shop.tell("subscription_created", at=shop.ago(minutes=1), store_id=7)
        (found,) = (await squeezed.get("/v1/subscriptions", headers=headers)).json()["items"]
        address = f"/v1/subscriptions/{found['id']}"
        changed = await squeezed.patch(address, json={"tier": "studio"}, headers=headers)
        assert changed.json()["tier"] == "studio"
        cancelled = await squeezed.post(f"{address}/cancel", headers=headers)
        assert cancelled.json()["manage_url"] == "https://stand.example.com/billing"
        assert cancelled.json()["status"] == "cancelled"
        assert await shop.tier_now() == "studio"
        stand.failure = away()
        refused = await squeezed.post(f"{address}/resume", headers=headers)
        assert refusal(refused) == (503, "payment.provider_unavailable")
        assert refused.headers["retry-after"] == "5"
        local = await squeezed.post("/v1/checkouts/local/abc")
        assert refusal(local) == (404, "payment.checkout_unknown")

    async def test_a_renewal_whose_webhook_was_lost_is_looked_up(
        self,
        settings: PaymentSettings,
        database: Database,
        person: UUID,
        stand: LemonStand,
        environment_database: EnvironmentDatabase,
    ) -> None:
        actions = assemble(settings, database)
        shop = Shop(actions, database, person)
        stand.add(shop.subscription_id)
        await shop.tell("subscription_created", at=shop.ago(hours=70), store_id=7)
        make_due(environment_database, shop.subscription_id)
        stand.failure = away()
        await actions.lapse.turn()
        assert await shop.tier_now() == "starter", "nobody could be asked"
        stand.failure = None
        await actions.lapse.turn()
        assert await shop.tier_now() == "starter"
        assert (await shop.subscription())["entitled_until"] > datetime.now(UTC) + timedelta(
            days=20
        )
        stand.subscriptions.clear()
        make_due(environment_database, shop.subscription_id)
        await actions.lapse.turn()
        assert await shop.tier_now() == "free"
        await actions.provider.close()


def away() -> Response:
    return Response(status_code=503)


def make_due(database: EnvironmentDatabase, subscription_id: str) -> None:
    with psycopg.connect(database.system_url) as connection:
        connection.execute(
            "update subscriptions set entitled_until = now() - interval '1 minute'"
            " where provider_id = %s",
            [subscription_id],
        )
