"""Doing a thing once although it is asked twice: the Idempotency-Key header and its one rule.

The key is stored by the service with the row it made, under a unique constraint; the database
decides who was first. The same key with other values is a mistake of the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Header

from services.kernel.errors import Problem, may_raise


class KeyMissing(Problem):
    """The request has no Idempotency-Key header."""

    code, status = "idempotency.key_missing", 400
    title = "Send an Idempotency-Key header with a unique value"


class KeyReused(Problem):
    """The key was used before, for another request."""

    code, status = "idempotency.key_reused", 409
    title = "This idempotency key was used for another request"


@may_raise(KeyMissing, KeyReused)
async def _required(
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7e]+$",
            description="Any unique text; the same key answers with the same result.",
        ),
    ] = None,
) -> str:
    if idempotency_key is None:
        raise KeyMissing
    return idempotency_key


IdempotencyKey = Annotated[str, Depends(_required)]


def require_same(recorded: Mapping[str, object], requested: Mapping[str, object]) -> None:
    """Refuse a key that was used before for other values."""
    if dict(recorded) != dict(requested):
        raise KeyReused
