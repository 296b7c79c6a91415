"""`pingvas dev webhook`: events of the payment provider, signed as it signs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

import typer

from pingvas_cli import completers
from pingvas_cli.bootstrap.local.chores import send_event
from pingvas_cli.commands.dev import Environment, platform, spare_prod
from pingvas_cli.errors import PingvasError, msg
from pingvas_cli.session import Session
from pingvas_cli.ui.output import Column

COLUMNS: Final = tuple(
    Column(name, msg(f"local.column_{name}")) for name in ("event", "status", "outcome", "event_id")
)

ACCEPTED: Final = 200
BillingReason = Literal["initial", "renewal", "updated"]


def send(
    ctx: typer.Context,
    event: Annotated[
        str,
        typer.Argument(
            metavar="EVENT", autocompletion=completers.events, help="cli.dev_webhook_send_event"
        ),
    ],
    *,
    user: Annotated[str, typer.Option(metavar="USER", help="cli.dev_webhook_send_user")],
    environment: Environment = "dev",
    tier: Annotated[
        str | None,
        typer.Option(
            metavar="TIER", autocompletion=completers.tiers, help="cli.dev_webhook_send_tier"
        ),
    ] = None,
    billing_reason: Annotated[
        BillingReason | None, typer.Option(help="cli.dev_webhook_send_billing_reason")
    ] = None,
    repeat: Annotated[int, typer.Option(min=1, max=100, help="cli.dev_webhook_send_repeat")] = 1,
    reorder: Annotated[
        bool, typer.Option("--reorder", help="cli.dev_webhook_send_reorder")
    ] = False,
    unsigned: Annotated[
        bool, typer.Option("--unsigned", help="cli.dev_webhook_send_unsigned")
    ] = False,
) -> None:
    """Send an event to the payment service and show its answers."""
    session = Session.of(ctx)
    context = platform(session)
    spare_prod(session, environment)
    chosen = {
        "--user": user,
        "--tier": tier,
        "--billing-reason": billing_reason,
        "--repeat": str(repeat),
    }
    flags = {"--reorder": reorder, "--unsigned": unsigned}
    chore = send_event(context, environment, event, *_words(chosen), *_raised(flags))
    session.show(chore.records, COLUMNS)
    if chore.failure:
        refused = sum(answer["status"] != ACCEPTED for answer in chore.records)
        raise PingvasError("local.event_refused", where=event, count=refused)


def _words(chosen: dict[str, str | None]) -> Iterator[str]:
    """Options with their values in one word each, so that no value is taken for an option."""
    return (f"{name}={value}" for name, value in chosen.items() if value is not None)


def _raised(flags: dict[str, bool]) -> Iterator[str]:
    return (name for name, raised in flags.items() if raised)
