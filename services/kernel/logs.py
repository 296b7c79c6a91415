"""Structured logs: one JSON line per event on stdout, for our events and the libraries' alike.

Secrets, e-mail addresses and prompts must not be logged; a field of such a name is masked here in
case somebody tries.
"""

from __future__ import annotations

import json
import logging
import sys

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

MASKED_FIELDS = frozenset(
    {
        "access_token", "authorization", "cookie", "database_url", "email", "negative_prompt",
        "password", "prompt", "refresh_token", "secret", "token",
    }
)  # fmt: skip
SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the values of fields that must not be logged."""
    for field in MASKED_FIELDS.intersection(event):
        event[field] = "***"
    return event


def configure(*, service: str, environment: str, release: str) -> None:
    """Send every log of this process to stdout as JSON; call once, when the process starts.

    Our events are written directly, since every request is one; those of libraries come by way of
    the standard library's logging.
    """
    own = _rendering(service, environment, release)
    structlog.configure(
        processors=[*SHARED, mask, *own],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*SHARED, mask],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *own],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _rendering(service: str, environment: str, release: str) -> tuple[Processor, ...]:
    def identify(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event.update(service=service, environment=environment, release=release)
        return event

    return (
        identify,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(serializer=_as_json),
    )


ENCODER = json.JSONEncoder(default=repr)


def _as_json(event: EventDict, **_: object) -> str:
    return ENCODER.encode(event)


def logger(name: str) -> FilteringBoundLogger:
    """The logger of a room."""
    bound: FilteringBoundLogger = structlog.get_logger(name)
    return bound
