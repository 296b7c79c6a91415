"""`python -m services.payment.webhooks send EVENT --user EMAIL_OR_ID`: drive the service by hand.

Builds an event as Lemon Squeezy would, signs it with PINGVAS_WEBHOOK_SECRET and posts it to the
payment service. Reads that service's environment. Each answer is one line of JSON on stdout; exit
status 0: all answered 200, 1: one did not, 2: not understood.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx

from services.kernel.db import Database, DatabaseUnavailable
from services.payment import sample_events
from services.payment.adapters.events import INVOICE_EVENTS
from services.payment.adapters.signature import event_id, sign
from services.payment.records import Payment
from services.payment.repository import payments, people, subscriptions
from services.payment.sample_events import Purchase
from services.payment.settings import PaymentSettings

EVENT = re.compile(r"[a-z_]{1,80}")
OLDER_BY = timedelta(hours=1)
REASONS = ("initial", "renewal", "updated")
REFUNDS = ("order_refunded", "subscription_payment_refunded")


class NotUnderstood(Exception):
    """Words that make no sense here; the text says why."""


@dataclass(frozen=True)
class Wish:
    """What the command line asks for."""

    event: str
    user: str
    tier: str
    subscription: str
    invoice: str
    billing_reason: str
    repeat: int
    reorder: bool
    unsigned: bool
    url: str


def read_wish(words: Sequence[str]) -> Wish:
    """From the command line; ends the process with usage when it is not understood."""
    parser = argparse.ArgumentParser(prog="python -m services.payment.webhooks")
    send = parser.add_subparsers(required=True, metavar="send").add_parser("send")
    send.add_argument("event", help="such as subscription_created")
    send.add_argument("--user", required=True, help="e-mail address or id")
    send.add_argument("--tier", default="", help="default: as subscribed, else the cheapest")
    send.add_argument("--subscription", default="", help="the provider's id; default: the newest")
    send.add_argument("--invoice", default="", help="the provider's id; default: a new one")
    send.add_argument("--billing-reason", default="", choices=REASONS, help="of an invoice's event")
    send.add_argument("--repeat", type=int, default=1, help="the same bytes so often, at once")
    send.add_argument("--reorder", action="store_true", help="a newer state first, then the event")
    send.add_argument("--unsigned", action="store_true", help="with a wrong signature")
    send.add_argument("--url", default="", help="default: the address of the settings")
    return Wish(**vars(parser.parse_args(words)))


async def prepare(settings: PaymentSettings, wish: Wish) -> Purchase:
    """Look up what was not given."""
    database = Database(
        settings.database_url.get_secret_value(), settings.system_database_url.get_secret_value()
    )
    await database.open()
    try:
        return await _look_up(database, settings, wish)
    finally:
        await database.close()


async def _look_up(database: Database, settings: PaymentSettings, wish: Wish) -> Purchase:
    provider = settings.payment_provider
    async with database.system() as system:
        person = await people.find_person(system, wish.user)
        if person is None:
            raise NotUnderstood("there is no such person")
        newest = await subscriptions.find_newest(system, provider, person["id"])
        paid = await payments.find_newest(system, provider, person["id"])
    tier = wish.tier or (newest.tier if newest else next(iter(settings.sold), ""))
    if tier not in settings.sold:
        raise NotUnderstood(f"tiers that are sold: {', '.join(settings.sold)}")
    refunded = paid.provider_id if paid and wish.event in REFUNDS else ""
    subscription_id = wish.subscription or (
        newest.provider_id if newest else str(person["id"].int % 10**12)
    )
    return Purchase(
        user_id=person["id"],
        email=person["email"],
        tier=tier,
        variant_id=settings.variants[tier],
        price_cents=_price_cents(settings, wish, tier, paid),
        store_id=settings.payment_store_id or "1",
        subscription_id=subscription_id,
        order_id=(newest.order_id if newest else None) or subscription_id,
        invoice_id=wish.invoice or refunded or str(time.time_ns() // 1_000),
    )


def _price_cents(settings: PaymentSettings, wish: Wish, tier: str, paid: Payment | None) -> int:
    """Of a change of tier, the difference to what was paid last, as on the first day of a month."""
    cents = int(settings.sold[tier].monthly_price_usd * 100)
    before = settings.sold.get(paid.tier) if paid and wish.billing_reason == "updated" else None
    return max(0, cents - int(before.monthly_price_usd * 100)) if before else cents


def bodies(wish: Wish, purchase: Purchase) -> list[bytes]:
    """What is to be sent, in order."""
    now = datetime.now(UTC)
    changes = {"billing_reason": wish.billing_reason} if wish.billing_reason else {}
    if wish.reorder:
        newer = sample_events.build("subscription_updated", purchase, now)
        return [newer, sample_events.build(wish.event, purchase, now - OLDER_BY, **changes)]
    return [sample_events.build(wish.event, purchase, now, **changes)]


async def send(url: str, secret: str, body: bytes, times: int) -> list[dict[str, object]]:
    """The answers to the same bytes sent so often at once."""
    headers = {"Content-Type": "application/json", "X-Signature": sign(secret, body)}
    name = json.loads(body)["meta"]["event_name"]
    async with httpx.AsyncClient(timeout=30) as client:
        asked = (
            client.post(f"{url}/v1/webhooks/lemon-squeezy", content=body, headers=headers)
            for _ in range(times)
        )
        answers = await asyncio.gather(*asked)
    return [{"event": name, "event_id": event_id(body), **_told(answer)} for answer in answers]


def _told(answer: httpx.Response) -> dict[str, object]:
    try:
        document = answer.json()
    except ValueError:
        document = {}
    return {
        "status": answer.status_code,
        "outcome": document.get("outcome") or document.get("code") or "unreadable",
    }


async def run(settings: PaymentSettings, wish: Wish) -> list[dict[str, object]]:
    """Send what was wished for; all answers."""
    if wish.billing_reason and wish.event not in INVOICE_EVENTS:
        raise NotUnderstood(f"a billing reason goes with {', '.join(sorted(INVOICE_EVENTS))}")
    if not EVENT.fullmatch(wish.event) or not 1 <= wish.repeat <= 1_000:
        raise NotUnderstood("an event like subscription_created, repeated 1 to 1000 times")
    secret = settings.webhook_secret.get_secret_value()
    if not secret:
        raise NotUnderstood("PINGVAS_WEBHOOK_SECRET is not set")
    url = wish.url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    purchase = await prepare(settings, wish)
    key = f"not {secret}" if wish.unsigned else secret
    return [
        answer
        for body in bodies(wish, purchase)
        for answer in await send(url, key, body, wish.repeat)
    ]


def main(words: Sequence[str]) -> int:
    """Send, print the answers."""
    wish = read_wish(words)
    settings = PaymentSettings.from_environment()
    try:
        answers = asyncio.run(run(settings, wish))
    except NotUnderstood as wrong:
        sys.stderr.write(f"webhooks: {wrong}\n")
        return 2
    except (DatabaseUnavailable, httpx.HTTPError) as away:
        sys.stderr.write(f"webhooks: {type(away).__name__}\n")
        return 1
    sys.stdout.writelines(json.dumps(answer) + "\n" for answer in answers)
    return 0 if all(answer["status"] == 200 for answer in answers) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
