"""Whether AWS supports the chosen versions, and their makers the pairs (corrections P1, D1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from pingvas_cli.config.support import KUBERNETES, POSTGRESQL, End, numbers
from pingvas_cli.validation.fault import Fault, Subject, fault

NOTICE: Final = timedelta(days=90)
KEDA_TESTED: Final = {"2.20": ("1.33", "1.35")}
"""The oldest and the newest Kubernetes that a KEDA version is tested with (KEDA's own table)."""


def versions_in_support(subject: Subject) -> Iterator[Fault]:
    """EKS and Aurora, on the day of the check and the ninety after it."""
    config = subject.configuration
    kubernetes, engine = config.cluster.kubernetes_version, config.database.engine_version
    chosen = (
        ("cluster.kubernetes_version", "EKS", kubernetes, KUBERNETES[kubernetes]),
        ("database.engine_version", "Aurora", engine, POSTGRESQL[engine.partition(".")[0]]),
    )
    for key, product, version, end in chosen:
        yield from _judged(key, f"{product} {version}", end, subject.today)


def _judged(key: str, product: str, end: End, today: date) -> Iterator[Fault]:
    params = {"product": product, "day": end.day.isoformat(), "source": end.source}
    if today > end.day:
        yield fault(key, "validation.support_ended", **params)
    elif today > end.day - NOTICE:
        days = (end.day - today).days
        yield fault(key, "validation.support_ends_soon", days=days, **params).only_told()


def versions_tested_together(subject: Subject) -> Iterator[Fault]:
    """KEDA with the Kubernetes it will run on."""
    keda, kubernetes = subject.configuration.addons.keda, _kubernetes(subject)
    tested = KEDA_TESTED.get(keda.rpartition(".")[0])
    if tested and not numbers(tested[0]) <= numbers(kubernetes) <= numbers(tested[1]):
        yield fault(
            "addons.keda",
            "validation.untested_together",
            product=f"KEDA {keda}",
            kubernetes=kubernetes,
            oldest=tested[0],
            newest=tested[1],
        ).only_told()


def _kubernetes(subject: Subject) -> str:
    return subject.configuration.cluster.kubernetes_version
