"""What the payment service tells Prometheus beside what all services tell."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter

from services.payment.outcomes import Outcome


class PaymentMetrics:
    """`open` counts attempts that are to be repeated; one that is given up needs a person."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._events = Counter(
            "pingvas_payment_events_total",
            "Webhooks handled, by what came of them.",
            ("outcome",),
            registry=registry,
        )

    def count(self, outcome: Outcome) -> None:
        """One attempt at an event."""
        self._events.labels(outcome.value).inc()
