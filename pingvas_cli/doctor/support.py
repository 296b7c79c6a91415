"""How long the chosen versions are supported, from dated facts: no network, no credentials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.support import KUBERNETES, POSTGRESQL, End
from pingvas_cli.doctor.check import Check
from pingvas_cli.doctor.verdict import Verdict, failed, ok, warning
from pingvas_cli.validation.fault import Subject
from pingvas_cli.validation.support import versions_in_support

PRODUCTS: Final = ("cluster.kubernetes_version", "database.engine_version")


def judge(subject: Subject) -> Iterator[Verdict]:
    """What `validate` finds; else the last day and who says so."""
    found = {fault.key: fault for fault in versions_in_support(subject)}
    for key in PRODUCTS:
        fault = found.get(key)
        if fault is None:
            yield _supported(subject, key)
        else:
            say = warning if fault.warning else failed
            yield say(key, fault.code, **fault.params)


def _supported(subject: Subject, key: str) -> Verdict:
    product, end = _end(subject.configuration, key)
    return ok(key, "doctor.supported", product=product, day=end.day.isoformat(), source=end.source)


def _end(config: Configuration, key: str) -> tuple[str, End]:
    if key == "cluster.kubernetes_version":
        kubernetes = config.cluster.kubernetes_version
        return f"EKS {kubernetes}", KUBERNETES[kubernetes]
    engine = config.database.engine_version
    return f"Aurora {engine}", POSTGRESQL[engine.partition(".")[0]]


SUPPORT: Final = Check(
    "support", ("P1", "D1"), lambda _, subject: subject, lambda _, subject: judge(subject)
)
