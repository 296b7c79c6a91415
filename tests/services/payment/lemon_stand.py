"""A server that answers as Lemon Squeezy's API does, as far as we call it, over real HTTP.

Shapes after https://docs.lemonsqueezy.com/api; it refuses what the real one refuses.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.payment.settings import PaymentSettings
from tests.servers.ports import free_port

MEDIA_TYPE = "application/vnd.api+json"
INVOICE_CENTS = 1_000
KEY = "a-key-of-the-stand"


def time_of(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass
class LemonStand:
    """`asked` has every request; `failure` replaces all answers while it is set.

    While a `tells_of_` event is clear, what was asked for is done and not answered.
    """

    port: int = field(default_factory=free_port)
    subscriptions: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunded: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    failure: Response | None = None
    delay_s: float = 0.0
    tells_of_refunds: asyncio.Event = field(default_factory=_set)
    tells_of_changes: asyncio.Event = field(default_factory=_set)
    was_changed: asyncio.Event = field(default_factory=asyncio.Event)
    was_refunded: asyncio.Event = field(default_factory=asyncio.Event)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def chosen_in(self, settings: PaymentSettings) -> PaymentSettings:
        """The settings with this stand as the provider."""
        chosen: dict[str, Any] = {
            "payment_provider": "lemon_squeezy",
            "payment_api_url": self.url,
            "payment_api_key": SecretStr(KEY),
            "payment_store_id": "7",
            "payment_variants": {"starter": "1", "pro": "2", "studio": "3"},
        }
        return settings.model_copy(update=chosen)

    def add(self, id_: str, **changes: Any) -> None:
        """A subscription that runs."""
        now = datetime.now(UTC)
        self.subscriptions[id_] = {
            "store_id": 7,
            "order_id": 5,
            "variant_id": 1,
            "status": "active",
            "renews_at": time_of(now + timedelta(days=20)),
            "ends_at": None,
            "urls": {"customer_portal": "https://stand.example.com/billing"},
            "created_at": time_of(now),
            "updated_at": time_of(now),
            **changes,
        }

    def app(self) -> Starlette:
        one = "/v1/subscriptions/{id}"
        return Starlette(
            routes=[
                Route("/v1/checkouts", self._checkout, methods=["POST"]),
                Route(one, self._subscription, methods=["GET", "PATCH", "DELETE"]),
                Route("/v1/subscription-invoices/{id}", self._invoice, methods=["GET"]),
                Route("/v1/subscription-invoices/{id}/refund", self._refund, methods=["POST"]),
            ]
        )

    async def _checkout(self, request: Request) -> Response:
        document = await self._taken(request)
        if isinstance(document, Response):
            return document
        data = document["data"]
        related = data["relationships"]
        assert related["store"] == {"data": {"type": "stores", "id": "7"}}
        assert related["variant"]["data"]["type"] == "variants"
        url = "https://stand.example.com/checkout/custom/1?expires=1&signature=2"
        return _resource("checkouts", "ac470bd4", {**data["attributes"], "url": url}, status=201)

    async def _subscription(self, request: Request) -> Response:
        document = await self._taken(request)
        if isinstance(document, Response):
            return document
        id_ = request.path_params["id"]
        found = self.subscriptions.get(id_)
        if found is None:
            return _error(404)
        if request.method == "GET":
            return _resource("subscriptions", id_, found)
        if found["status"] == "expired":
            return _error(422)
        change = (
            {"cancelled": True} if request.method == "DELETE" else document["data"]["attributes"]
        )
        self._change(found, change)
        self.was_changed.set()
        await self.tells_of_changes.wait()
        return _resource("subscriptions", id_, found)

    def _change(self, found: dict[str, Any], change: dict[str, Any]) -> None:
        if "cancelled" in change:
            stops = change["cancelled"]
            found["status"] = "cancelled" if stops else "active"
            found["ends_at"] = found["renews_at"] if stops else None
        if "variant_id" in change:
            found["variant_id"] = change["variant_id"]
        found["updated_at"] = time_of(datetime.now(UTC))

    async def _refund(self, request: Request) -> Response:
        document = await self._taken(request)
        if isinstance(document, Response):
            return document
        id_ = request.path_params["id"]
        given = self.refunded.get(id_, 0) + document["data"]["attributes"]["amount"]
        if given > INVOICE_CENTS:
            return _error(422)
        self.refunded[id_] = given
        self.was_refunded.set()
        await self.tells_of_refunds.wait()
        return self._invoice_of(id_)

    async def _invoice(self, request: Request) -> Response:
        document = await self._taken(request)
        if isinstance(document, Response):
            return document
        return self._invoice_of(request.path_params["id"])

    def _invoice_of(self, id_: str) -> Response:
        given = self.refunded.get(id_, 0)
        attributes = {
            "store_id": 7,
            "subscription_id": 41,
            "billing_reason": "initial",
            "currency": "USD",
            "status": ("refunded" if given == INVOICE_CENTS else "partial_refund")
            if given
            else "paid",
            "subtotal": INVOICE_CENTS,
            "total": INVOICE_CENTS,
            "refunded": given == INVOICE_CENTS,
            "refunded_amount": given,
            "created_at": time_of(datetime.now(UTC)),
            "updated_at": time_of(datetime.now(UTC)),
        }
        return _resource("subscription-invoices", id_, attributes)

    async def _taken(self, request: Request) -> Any:
        self.was_asked.set()
        await asyncio.sleep(self.delay_s)
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _error(401)
        if request.headers.get("accept") != MEDIA_TYPE:
            return _error(406)
        document = await request.json() if request.method in ("POST", "PATCH") else None
        self.asked.append((request.method, request.url.path, document))
        return self.failure or document


def _resource(kind: str, id_: str, attributes: dict[str, Any], status: int = 200) -> Response:
    document = {
        "jsonapi": {"version": "1.0"},
        "data": {"type": kind, "id": id_, "attributes": attributes, "relationships": {}},
    }
    return JSONResponse(document, status, media_type=MEDIA_TYPE)


def _error(status: int) -> Response:
    return JSONResponse(
        {"errors": [{"status": str(status), "title": "no"}]}, status, media_type=MEDIA_TYPE
    )


@asynccontextmanager
async def open_stand() -> AsyncIterator[LemonStand]:
    """The server, for as long as the block runs."""
    stand = LemonStand()
    config = uvicorn.Config(stand.app(), port=stand.port, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield stand
    finally:
        server.should_exit = True
        await serving
