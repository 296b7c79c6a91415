"""What the Tab key offers beyond fixed words: steps, and names of things in the state folder.

Give one to a parameter: `typer.Argument(autocompletion=completers.releases)`. They only list what
lies there, and an unreadable folder offers nothing: the Tab key must be quick and silent.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer

from pingvas_cli.errors import UsageError
from pingvas_cli.session import Session

ENVIRONMENTS = ("dev", "prod")
EVENTS = (
    "order_created",
    "order_refunded",
    "subscription_created",
    "subscription_updated",
    "subscription_cancelled",
    "subscription_resumed",
    "subscription_expired",
    "subscription_paused",
    "subscription_unpaused",
    "subscription_payment_success",
    "subscription_payment_failed",
    "subscription_payment_recovered",
    "subscription_payment_refunded",
)


def environments(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001 - Typer's shape
    """The environments."""
    return list(ENVIRONMENTS)


def events(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001 - Typer's shape
    """The events of the payment provider that mean something to the platform."""
    return list(EVENTS)


def tiers(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001 - Typer's shape
    """The tiers that people can buy."""
    from pingvas_cli.config.tiers import TiersSection

    return list(TiersSection.model_fields)[1:]


def releases(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001 - Typer's shape
    """Ids of the releases that are there, newest first."""
    folders = (path for path in _listed(ctx, "releases") if path.is_dir())
    return [path.name for path in sorted(folders, key=_modified, reverse=True)]


def parts(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001 - Typer's shape
    """Names of the parts that have a log."""
    return sorted(path.stem for path in _listed(ctx, "logs") if path.suffix == ".log")


def steps(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:  # noqa: ARG001
    """The steps of a bootstrap in their order, with their titles."""
    from pingvas_cli.bootstrap.local.sequence import LOCAL

    session = Session.of(ctx)
    return [(step.slug, session.text(step.title)) for step in LOCAL]


def sections(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001 - Typer's shape
    """The sections of pingvas.yaml."""
    from pingvas_cli.config.configuration import SECTIONS

    return list(SECTIONS)


def _listed(ctx: typer.Context, name: str) -> Iterator[Path]:
    try:
        found = list((Session.of(ctx).state_folder / name).iterdir())
    except (OSError, UsageError):
        return
    yield from (path for path in found if not path.name.startswith("."))


def _modified(path: Path) -> float:
    return path.stat().st_mtime
