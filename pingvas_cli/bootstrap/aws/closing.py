"""The end of a bootstrap on AWS: where everything is, and what only a person can do next."""

from __future__ import annotations

from collections.abc import Mapping

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.secret_values import left_to_people
from pingvas_cli.bootstrap.end import Closing
from pingvas_cli.errors import Message, msg
from pingvas_cli.steps.runner import Summary


def closing(ctx: AwsContext, *summaries: Summary) -> Closing:
    """Addresses of the API, name servers to delegate to, and secrets that wait for a value."""
    edge = ctx.root.outputs().get("edge", {})
    record: dict[str, object] = {
        "applied": [slug for each in summaries for slug in each.applied],
        "elapsed_s": round(sum(each.elapsed_s for each in summaries), 1),
        "api_urls": edge.get("api_urls", {}),
        "name_servers": edge.get("name_servers", []),
        "secrets_left": list(left_to_people(ctx)),
    }
    return Closing(_message(record), record)


def _message(record: Mapping[str, object]) -> Message:
    shown = {name: _listed(value) for name, value in record.items()}
    return msg("bootstrap.closing", **shown)


def _listed(value: object) -> str:
    if isinstance(value, Mapping):
        value = [f"{name} {each}" for name, each in value.items()]
    return ", ".join(map(str, value)) or "-" if isinstance(value, list) else str(value)
