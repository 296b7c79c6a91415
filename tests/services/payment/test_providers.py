"""One contract for both payment providers; and how Lemon Squeezy's failures are translated."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from starlette.responses import HTMLResponse, JSONResponse, Response

from services.payment.adapters import lemon_squeezy
from services.payment.adapters.lemon_squeezy import LemonSqueezy, Shop
from services.payment.adapters.local import LocalProvider
from services.payment.errors import (
    CheckoutUnknown,
    NotConfigured,
    ProviderRefused,
    ProviderUnavailable,
)
from services.payment.ports.provider import Basket, PaymentProvider, SubscriptionState
from tests.services.payment.lemon_stand import KEY, LemonStand

VARIANTS = {"starter": "1", "pro": "2", "studio": "3"}
ADDRESS = "http://127.0.0.1:8080"


@dataclass(frozen=True)
class Known:
    """What a record has."""

    provider_id: str
    order_id: str | None
    tier: str
    status: str
    current_period_end: datetime | None
    ends_at: datetime | None
    manage_url: str
    provider_updated_at: datetime | None = None

    def after(self, state: SubscriptionState) -> Known:
        """The record once the state is taken in."""
        assert state.tier is not None
        return replace(
            self,
            tier=state.tier,
            status=state.status,
            ends_at=state.ends_at,
            current_period_end=state.current_period_end,
        )


def squeezy(stand: LemonStand, *, url: str = "", key: str = KEY) -> LemonSqueezy:
    return LemonSqueezy(Shop(url or stand.url, SecretStr(key), "7", VARIANTS, ADDRESS))


@pytest.fixture(params=["local", "lemon_squeezy"])
async def provider(
    request: pytest.FixtureRequest, stand: LemonStand
) -> AsyncIterator[PaymentProvider]:
    made: PaymentProvider
    if request.param == "local":
        made = LocalProvider(SecretStr("a-secret"), ADDRESS)
    else:
        made = squeezy(stand)
    assert made.name == request.param
    yield made
    await made.close()


@pytest.fixture
def known(stand: LemonStand) -> Known:
    """A subscription that both providers know."""
    stand.add("41")
    ends = datetime.fromisoformat(stand.subscriptions["41"]["renews_at"])
    return Known("41", "5", "starter", "active", ends, None, "")


def basket(user_id: UUID | None = None) -> Basket:
    later = datetime.now(UTC) + timedelta(hours=1)
    return Basket(user_id or uuid4(), "ada@example.com", "pro", later)


async def test_a_checkout_is_an_address(provider: PaymentProvider) -> None:
    address = await provider.open_checkout(basket())
    assert address.startswith(("http://", "https://"))


async def test_a_subscription_is_read_as_it_is(provider: PaymentProvider, known: Known) -> None:
    state = await provider.read(known)
    assert (state.provider_id, state.order_id, state.tier) == ("41", "5", "starter")
    assert (state.status, state.ends_at) == ("active", None)
    assert state.current_period_end == known.current_period_end
    assert state.updated_at.tzinfo is not None


async def test_a_cancelled_one_runs_until_its_period_ends_and_is_resumed(
    provider: PaymentProvider, known: Known
) -> None:
    before = datetime.now(UTC)
    cancelled = await provider.cancel(known)
    assert (cancelled.status, cancelled.ends_at) == ("cancelled", known.current_period_end)
    assert cancelled.updated_at >= before
    known = known.after(cancelled)
    assert known.after(await provider.cancel(known)) == known
    resumed = await provider.resume(known)
    assert (resumed.status, resumed.ends_at, resumed.tier) == ("active", None, "starter")


async def test_a_tier_is_changed(provider: PaymentProvider, known: Known) -> None:
    state = await provider.change_tier(known, "studio")
    assert (state.tier, state.status) == ("studio", "active")


async def test_what_is_over_is_refused(
    provider: PaymentProvider, known: Known, stand: LemonStand
) -> None:
    stand.subscriptions["41"]["status"] = "expired"
    over = replace(known, status="expired")
    for verb in (provider.cancel, provider.resume):
        with pytest.raises(ProviderRefused):
            await verb(over)
    with pytest.raises(ProviderRefused):
        await provider.change_tier(over, "pro")


async def test_money_is_given_back(provider: PaymentProvider) -> None:
    assert await provider.refunded_cents("31") == 0
    for _ in range(2):
        await provider.refund("31", 250)
    assert await provider.refunded_cents("31") == (0 if provider.name == "local" else 500)


async def test_a_checkout_carries_the_person_the_store_and_the_variant(stand: LemonStand) -> None:
    provider, wanted = squeezy(stand), basket()
    await provider.open_checkout(wanted)
    ((method, path, document),) = stand.asked
    assert (method, path) == ("POST", "/v1/checkouts")
    data = document["data"]
    assert data["attributes"]["checkout_data"]["custom"] == {"user_id": str(wanted.user_id)}
    assert data["relationships"]["variant"]["data"]["id"] == "2"
    assert data["attributes"]["product_options"] == {"redirect_url": ADDRESS}
    await provider.refund("31", 250)
    assert stand.asked[-1] == (
        "POST",
        "/v1/subscription-invoices/31/refund",
        {"data": {"type": "subscription-invoices", "id": "31", "attributes": {"amount": 250}}},
    )
    await provider.close()


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Response(status_code=500), ProviderUnavailable),
        (Response(status_code=503), ProviderUnavailable),
        (Response(status_code=429), ProviderUnavailable),
        (Response(status_code=404), ProviderRefused),
        (Response(status_code=422), ProviderRefused),
        (Response(status_code=302, headers={"location": "http://10.0.0.1/"}), ProviderRefused),
        (HTMLResponse("<html>"), ProviderRefused),
        (Response(b"\xff"), ProviderRefused),
        (JSONResponse([]), ProviderRefused),
        (JSONResponse({"data": {"type": "x", "id": "1", "attributes": {}}}), ProviderRefused),
    ],
)
async def test_every_failure_is_one_of_two(
    stand: LemonStand, known: Known, answer: Response, problem: type[Exception]
) -> None:
    provider = squeezy(stand)
    stand.failure = answer
    for ask in (provider.read, provider.cancel, provider.resume):
        with pytest.raises(problem) as failure:
            await ask(known)
        assert KEY not in repr(failure.value)
    with pytest.raises(problem):
        await provider.open_checkout(basket())
    await provider.close()


async def test_a_provider_that_is_away_or_slow_is_unavailable(
    stand: LemonStand, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = squeezy(stand, url="http://127.0.0.1:1")
    with pytest.raises(ProviderUnavailable):
        await away.read(known)
    await away.close()
    monkeypatch.setattr(lemon_squeezy, "TIMEOUT_S", 0.05)
    stand.delay_s = 0.3
    slow = squeezy(stand)
    with pytest.raises(ProviderUnavailable):
        await slow.read(known)
    await slow.close()


async def test_a_wrong_key_is_refused(stand: LemonStand, known: Known) -> None:
    provider = squeezy(stand, key="another")
    with pytest.raises(ProviderRefused):
        await provider.read(known)
    await provider.close()


async def test_a_variant_of_another_product_has_no_tier(stand: LemonStand, known: Known) -> None:
    provider = squeezy(stand)
    stand.subscriptions["41"]["variant_id"] = 999
    assert (await provider.read(known)).tier is None
    await provider.close()


async def test_a_local_checkout_can_not_be_forged() -> None:
    provider = LocalProvider(SecretStr("a-secret"), ADDRESS)
    wanted = basket()
    token = (await provider.open_checkout(wanted)).rpartition("/")[2]
    assert provider.read_checkout(token)[0].user_id == wanted.user_id
    old = replace(wanted, expires_at=datetime.now(UTC) - timedelta(seconds=5))
    expired = (await provider.open_checkout(old)).rpartition("/")[2]
    foreign = await LocalProvider(SecretStr("other"), ADDRESS).open_checkout(wanted)
    unsigned = "eyJhbGciOiJub25lIn0.e30."
    for wrong in (token[:-2], expired, foreign.rpartition("/")[2], unsigned, "x"):
        with pytest.raises(CheckoutUnknown):
            provider.read_checkout(wrong)
    with pytest.raises(NotConfigured):
        await LocalProvider(SecretStr(""), ADDRESS).open_checkout(wanted)
