"""Chores of an environment that its own services' programs do: events, books, signing keys.

Each runs as the environment's release has it, with the variables of its service and no others, and
tells what it did as lines of JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.program_settings import module, service_settings
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.one_off import OneOff

FAILED: Final = 1  # the program worked and has bad news; any other status is its own failure
AWAY: Final = 3


@dataclass(frozen=True)
class Chore:
    """What a chore said, and its failure when it ended with bad news after saying it."""

    records: Sequence[Mapping[str, Any]]
    failure: PingvasError | None = None


def send_event(ctx: LocalContext, environment: EnvironmentName, *arguments: str) -> Chore:
    """Sign events as the payment provider does and send them; a record for each answer."""
    command = module(ctx, "services.payment.webhooks", "send", *arguments)
    return _run(ctx, environment, "payment", command)


def reconcile(ctx: LocalContext, environment: EnvironmentName) -> Chore:
    """Compare ledger, balances and jobs; one record with what was counted and what differs."""
    return _run(ctx, environment, "payment", module(ctx, "services.payment.reconcile"))


def keys(ctx: LocalContext, environment: EnvironmentName, *arguments: str) -> Chore:
    """List, rotate or retire signing keys; a record for each key."""
    return _run(ctx, environment, "user", module(ctx, "services.user.keys", *arguments))


def queue(ctx: LocalContext, environment: EnvironmentName, *arguments: str) -> Chore:
    """Look at the queue or act on it; `queue.away` when Redis or the database can't be asked."""
    command = module(ctx, "services.generation.operate", *arguments)
    try:
        return _run(ctx, environment, "generation", command)
    except PingvasError as error:
        if error.params.get("status") != AWAY:
            raise
        raise PingvasError(
            "queue.away", where=error.where, detail=error.params["detail"]
        ) from error


def _run(
    ctx: LocalContext, environment: EnvironmentName, service: str, command: tuple[str, ...]
) -> Chore:
    variables = service_settings(ctx, environment, service)
    log = ctx.layout.log(f"{environment}-chores")
    said: list[Mapping[str, Any]] = []
    try:
        for line in ctx.one_offs.stream(OneOff(command, ctx.layout.root, variables, log)):
            if line.startswith("{"):
                said.append(json.loads(line))  # noqa: PERF401 - a failure loses none of them
    except PingvasError as error:
        if error.params.get("status") != FAILED or not said:
            raise
        return Chore(said, error)
    return Chore(said)
