"""Give a stored event its effect, in one transaction with the mark that it had it.

An event that refers to something unknown is tried again with growing rests, and so is one that
fails; neither holds up any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.kernel.db import Database, DatabaseUnavailable, SystemConnection
from services.kernel.logs import logger
from services.payment.actions.apply_invoice import ApplyInvoice
from services.payment.actions.ask_provider import AskProvider
from services.payment.adapters.events import KNOWN_EVENTS, Event, Unreadable, read_event
from services.payment.outcomes import ChangeUnknown, Outcome, Postponed
from services.payment.ports.provider import InvoiceState, OrderState, SubscriptionState
from services.payment.records import StoredEvent
from services.payment.repository import events, payments, subscriptions

WAITS_FOR_CHANGE = 8  # attempts: four minutes; webhooks that are refused are sent anew within three


@dataclass(frozen=True)
class ApplyEvent:
    """`store_id` and `takes_tests`: whose events are taken; an empty store takes all."""

    database: Database
    provider: str
    variants: Mapping[str, str]
    store_id: str
    takes_tests: bool
    invoice: ApplyInvoice
    ask: AskProvider
    count: Callable[[Outcome], None]

    async def run(self, event_id: str) -> Outcome:
        """OPEN when it waits, or somebody else has it. Raises `DatabaseUnavailable` alone."""
        outcome = await self._try(event_id)
        self.count(outcome)
        return outcome

    async def _try(self, event_id: str) -> Outcome:
        try:
            return await self._handle(event_id)
        except ChangeUnknown as waiting:
            return await self._look_up(event_id, waiting)
        except Postponed as waiting:
            return await self._postpone(event_id, waiting.reason)
        except Unreadable as wrong:
            return await self._postpone(event_id, str(wrong)[:200])
        except DatabaseUnavailable:
            raise
        except Exception as fault:  # noqa: BLE001 - one event must not hold up the others
            logger(__name__).exception("event_not_applied", event_id=event_id)
            return await self._postpone(event_id, type(fault).__name__)

    async def _handle(self, event_id: str) -> Outcome:
        async with self.database.system() as system:
            stored = await events.lock_open(system, self.provider, event_id)
            if stored is None:
                return Outcome.OPEN
            outcome = await self._apply(system, stored)
            await events.close(system, self.provider, event_id, outcome)
        logger(__name__).info("event_applied", kind=stored.kind, outcome=outcome)
        return outcome

    async def _apply(self, system: SystemConnection, stored: StoredEvent) -> Outcome:
        if stored.kind not in KNOWN_EVENTS:
            return Outcome.UNKNOWN_EVENT
        tiers = {variant: tier for tier, variant in self.variants.items()}
        event = read_event(stored.payload, tiers)
        if self.store_id and event.store_id != self.store_id:
            return Outcome.FOREIGN_STORE
        if event.test_mode and not self.takes_tests:
            return Outcome.TEST_MODE
        return await self._by_subject(system, event, waits=stored.attempts < WAITS_FOR_CHANGE)

    async def _by_subject(self, system: SystemConnection, event: Event, *, waits: bool) -> Outcome:
        subject = event.subject
        if isinstance(subject, SubscriptionState):
            return await self.invoice.subscription.run(system, subject, event.user_id)
        if isinstance(subject, InvoiceState):
            return await self.invoice.run(system, event.name, subject, event.user_id, waits=waits)
        if isinstance(subject, OrderState) and event.name == "order_refunded":
            return await self._order_refunded(system, subject)
        return Outcome.NOTED

    async def _order_refunded(self, system: SystemConnection, order: OrderState) -> Outcome:
        """The order's money is the first invoice's; the same refund may be told of both."""
        known = await subscriptions.lock_by_order(system, self.provider, order.provider_id)
        if known is None:
            raise Postponed("subscription_unknown")
        payment = await payments.lock_first(system, known.id)
        if payment is None:
            raise Postponed("payment_unknown")
        return await self.invoice.refund.run(system, payment, order.refunded_cents)

    async def _look_up(self, event_id: str, waiting: ChangeUnknown) -> Outcome:
        """The provider changes a tier before it bills that, so it knows what we were not told."""
        outcome = await self._postpone(event_id, waiting.reason)
        await self.ask.run(waiting.subscription)
        return outcome

    async def _postpone(self, event_id: str, reason: str) -> Outcome:
        async with self.database.system() as system:
            outcome = await events.postpone(system, self.provider, event_id, reason)
        if outcome == Outcome.GIVEN_UP:
            logger(__name__).error("event_given_up", event_id=event_id, reason=reason)
            return Outcome.GIVEN_UP
        return Outcome.OPEN
