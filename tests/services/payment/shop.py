"""The provider's side of a subscription: events with their times, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from services.kernel.db import Database, Row
from services.kernel.sql import Query
from services.payment import sample_events
from services.payment.adapters.signature import sign
from services.payment.assembly import Actions
from services.payment.outcomes import Outcome
from services.payment.records import Balance
from services.payment.repository import ledger
from services.payment.sample_events import Purchase

SECRET = "a-secret-of-webhooks-for-tests-only"
NUMBERS = count(1_000)
VARIANTS = {"starter": "1", "pro": "2", "studio": "3"}
PRICES_CENTS = {"starter": 1_000, "pro": 3_000, "studio": 8_000}

PERSON = Query("person", "select * from users where id = %(id)s")
SUBSCRIPTION = Query("sub", "select * from subscriptions where provider_id = %(id)s")
EVENT = Query("event", "select * from webhook_events where event_id = %(id)s")
COUNT = Query(
    "count",
    "select count(*) as n from credit_ledger where user_id = %(id)s and kind = %(kind)s",
)
MAKE_DUE = Query(
    "due", "update webhook_events set next_attempt_at = now() where processed_at is null"
)


@dataclass
class Shop:
    """One subscription of one person. `ago(days=1)` is a time before now."""

    actions: Actions
    database: Database
    user_id: UUID
    tier: str = "starter"
    subscription_id: str = field(default_factory=lambda: str(next(NUMBERS)))
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def purchase(self) -> Purchase:
        """What its events have in common; a new invoice each time."""
        return Purchase(
            user_id=self.user_id,
            email="ada@example.com",
            tier=self.tier,
            variant_id=VARIANTS[self.tier],
            price_cents=PRICES_CENTS[self.tier],
            store_id="1",
            subscription_id=self.subscription_id,
            order_id=f"9{self.subscription_id}",
            invoice_id=str(next(NUMBERS)),
        )

    def ago(self, **span: float) -> datetime:
        """So long before now."""
        return self.now - timedelta(**span)

    def body(
        self, name: str, *, at: datetime | None = None, invoice: str = "", **changes: object
    ) -> bytes:
        """An event's bytes."""
        purchase = self.purchase
        if invoice:
            purchase = Purchase(**{**vars(purchase), "invoice_id": invoice})
        return sample_events.build(name, purchase, at or self.now, **changes)

    async def tell(
        self, name: str, *, at: datetime | None = None, invoice: str = "", **changes: object
    ) -> Outcome:
        """Send it, signed."""
        return await self.send(self.body(name, at=at, invoice=invoice, **changes))

    async def send(self, body: bytes) -> Outcome:
        """Send these bytes, signed."""
        return (await self.actions.receive.run(body, sign(SECRET, body))).outcome

    async def buy(self, invoice: str = "") -> None:
        """The events of a purchase."""
        for name in ("order_created", "subscription_created", "subscription_payment_success"):
            await self.tell(name, at=self.ago(minutes=1), invoice=invoice)

    async def balance(self) -> Balance:
        """The person's accounts."""
        async with self.database.system() as system:
            found = await ledger.read_balance(system, self.user_id)
        assert found is not None
        return found

    async def tier_now(self) -> str:
        """The person's tier."""
        return str((await self._one(PERSON, id=self.user_id))["tier"])

    async def subscription(self) -> Row:
        """Its row."""
        return await self._one(SUBSCRIPTION, id=self.subscription_id)

    async def event(self, event_id: str) -> Row:
        """A webhook's row."""
        return await self._one(EVENT, id=event_id)

    async def entries(self, kind: str) -> int:
        """How many rows of a kind the person has in the ledger."""
        return int((await self._one(COUNT, id=self.user_id, kind=kind))["n"])

    async def retry(self) -> None:
        """Let the background try what waits, now."""
        async with self.database.system() as system:
            await system.execute(MAKE_DUE)
        await self.actions.retry.turn()

    async def _one(self, query: Query, **params: object) -> Row:
        async with self.database.system() as system:
            return await system.fetch_only(query, **params)
