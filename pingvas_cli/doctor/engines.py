"""Are the chosen versions of EKS, Aurora and Valkey on offer in this region? (P1, D1, D5)"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.doctor.check import Check
from pingvas_cli.doctor.verdict import Verdict, failed, ok
from pingvas_cli.doctor.world import World
from pingvas_cli.ports.offers import ClusterVersion
from pingvas_cli.validation.fault import Subject

DATABASE_KEY: Final = "database.engine_version"
CACHE_KEY: Final = "cache.engine_version"
CLUSTER_KEY: Final = "cluster.kubernetes_version"
DATABASE_ENGINE: Final = "aurora-postgresql"

Versions = tuple[str, ...]


def read_database(world: World) -> Versions:
    """Every version of Aurora PostgreSQL."""
    return world.offers.database_versions(DATABASE_ENGINE)


def judge_database(subject: Subject, offered: Versions) -> Iterator[Verdict]:
    """The exact minor, because long-term support is of single minors."""
    chosen = subject.configuration.database.engine_version
    yield _offered(DATABASE_KEY, "Aurora PostgreSQL", chosen, offered, chosen in offered)


def read_cache(world: World, subject: Subject) -> Versions:
    """Every version of the configured engine."""
    return world.offers.cache_versions(subject.configuration.cache.engine)


def judge_cache(subject: Subject, offered: Versions) -> Iterator[Verdict]:
    """AWS writes `8.1` or `8.1.0` for the same."""
    chosen = subject.configuration.cache.engine_version
    there = any(f"{each}.".startswith(f"{chosen}.") for each in offered)
    yield _offered(CACHE_KEY, "Valkey", chosen, offered, there)


def read_cluster(world: World) -> tuple[ClusterVersion, ...]:
    """Every version of EKS with its support."""
    return world.offers.cluster_versions()


def judge_cluster(subject: Subject, offered: tuple[ClusterVersion, ...]) -> Iterator[Verdict]:
    """On offer and in standard support, by AWS's own calendar."""
    chosen = subject.configuration.cluster.kubernetes_version
    standard = tuple(each.version for each in offered if each.standard)
    found = {each.version: each for each in offered}.get(chosen)
    if found is None:
        yield _offered(CLUSTER_KEY, "EKS", chosen, standard, False)
    elif not found.standard:
        listed = _listed(standard)
        yield failed(CLUSTER_KEY, "doctor.not_in_support", version=chosen, offered=listed)
    elif found.standard_until is None:
        yield ok(CLUSTER_KEY, "doctor.version_offered", product="EKS", version=chosen)
    else:
        day = found.standard_until.isoformat()
        yield ok(CLUSTER_KEY, "doctor.in_support", version=chosen, day=day)


def _offered(key: str, product: str, chosen: str, offered: Versions, there: bool) -> Verdict:
    if there:
        return ok(key, "doctor.version_offered", product=product, version=chosen)
    return failed(
        key,
        "doctor.version_not_offered",
        product=product,
        version=chosen,
        offered=_listed(offered),
    )


def _listed(versions: Versions) -> str:
    return ", ".join(sorted(set(versions), key=_number)) or "-"


def _number(version: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts `9.6` before `16.8`, and takes words such as `16.8-limitless`."""
    parts = version.replace("-", ".").split(".")
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)


DATABASE: Final = Check(
    "database", ("D1",), lambda world, _: read_database(world), judge_database, of_account=True
)
CACHE: Final = Check("cache", ("D5",), read_cache, judge_cache, of_account=True)
CLUSTER: Final = Check(
    "cluster", ("P1",), lambda world, _: read_cluster(world), judge_cluster, of_account=True
)
