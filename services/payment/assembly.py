"""The actions of the service with their ports, put together once from the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from prometheus_client import CollectorRegistry

from services.contracts.tiers import Tier
from services.kernel.db import Database
from services.payment.actions.apply_event import ApplyEvent
from services.payment.actions.apply_invoice import ApplyInvoice
from services.payment.actions.apply_refund import ApplyRefund
from services.payment.actions.apply_subscription import ApplySubscription
from services.payment.actions.ask_provider import AskProvider
from services.payment.actions.bill_locally import BillLocally
from services.payment.actions.end_unwanted import EndUnwanted
from services.payment.actions.grant_credits import GrantCredits
from services.payment.actions.grant_monthly_credits import GrantMonthlyCredits
from services.payment.actions.lapse_subscriptions import LapseSubscriptions
from services.payment.actions.manage_subscription import ManageSubscription
from services.payment.actions.open_checkout import OpenCheckout
from services.payment.actions.pay_locally import PayLocally
from services.payment.actions.read_credits import ReadCredits
from services.payment.actions.read_events import ReadEvents
from services.payment.actions.read_purchases import ReadPurchases
from services.payment.actions.receive_webhook import ReceiveWebhook
from services.payment.actions.refund_payment import RefundPayment
from services.payment.actions.retry_events import RetryEvents
from services.payment.adapters.choice import provider_of
from services.payment.adapters.local import LocalProvider
from services.payment.metrics import PaymentMetrics
from services.payment.ports.provider import PaymentProvider
from services.payment.settings import PaymentSettings


@dataclass(frozen=True)
class Actions:
    """One of each; `provider` is closed by whoever built this."""

    provider: PaymentProvider
    credits: ReadCredits
    grant: GrantCredits
    monthly: GrantMonthlyCredits
    checkout: OpenCheckout
    pay: PayLocally
    manage: ManageSubscription
    purchases: ReadPurchases
    refund: RefundPayment
    receive: ReceiveWebhook
    events: ReadEvents
    retry: RetryEvents
    lapse: LapseSubscriptions
    unwanted: EndUnwanted


def assemble(
    settings: PaymentSettings, database: Database, registry: CollectorRegistry | None = None
) -> Actions:
    """All actions; `registry` takes their metrics."""
    provider = provider_of(settings)
    metrics = PaymentMetrics(registry or CollectorRegistry())
    subscription = ApplySubscription(provider.name, tuple(settings.tiers), settings.grace)
    refund = ApplyRefund()
    ask = AskProvider(database, provider, subscription)
    apply = _apply_event(settings, ask, refund, metrics)
    receive = ReceiveWebhook(
        database, settings.webhook_secret, timedelta(seconds=settings.webhook_window_s), apply
    )
    monthly = GrantMonthlyCredits(database, settings.tiers[Tier.FREE])
    local = provider if isinstance(provider, LocalProvider) else None
    return Actions(
        provider=provider,
        credits=ReadCredits(database, monthly),
        grant=GrantCredits(database),
        monthly=monthly,
        checkout=OpenCheckout(database, provider, settings.sold),
        pay=PayLocally(
            local, receive, settings.tiers, settings.variants, settings.payment_store_id
        ),
        manage=ManageSubscription(
            database,
            provider,
            subscription,
            settings.sold,
            _bill(settings) if local else None,
            apply.run,
        ),
        purchases=ReadPurchases(database, provider.name),
        refund=RefundPayment(database, provider, refund),
        receive=receive,
        events=ReadEvents(database, apply),
        retry=RetryEvents(database, apply),
        lapse=LapseSubscriptions(database, ask, subscription),
        unwanted=EndUnwanted(database, provider, subscription),
    )


def _bill(settings: PaymentSettings) -> BillLocally:
    return BillLocally(settings.tiers, settings.variants, settings.payment_store_id)


def _apply_event(
    settings: PaymentSettings, ask: AskProvider, refund: ApplyRefund, metrics: PaymentMetrics
) -> ApplyEvent:
    is_real = settings.payment_provider != "local"
    return ApplyEvent(
        database=ask.database,
        provider=ask.apply.provider,
        variants=settings.variants,
        store_id=settings.payment_store_id,
        takes_tests=not (is_real and settings.environment == "prod"),
        invoice=ApplyInvoice(ask.apply, refund, settings.tiers),
        ask=ask,
        count=metrics.count,
    )
