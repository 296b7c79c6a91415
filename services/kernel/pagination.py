"""Pages by keyset: a cursor names the last row seen, so a page costs the same at any depth.

A statement asks for `limit + 1` rows in a stable order; `cut` keeps `limit` and makes the next
cursor. Cursors are opaque to callers and carry nothing that the row did not show.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

from services.kernel.errors import Problem, may_raise

Item = TypeVar("Item")
ItemRow = TypeVar("ItemRow", bound=Mapping[str, Any])


class CursorInvalid(Problem):
    """The cursor did not come from an answer of this address."""

    code, status, title = "pagination.cursor_invalid", 404, "The cursor names no page of ours"


class Page(BaseModel, Generic[Item]):
    """One page; `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None


@dataclass(frozen=True)
class Paging:
    """What a caller asked for."""

    limit: int
    cursor: str | None


@may_raise(CursorInvalid)
async def _paging(
    limit: Annotated[int, Query(ge=1, le=100, description="Rows on a page.")] = 20,
    cursor: Annotated[
        str | None,
        Query(
            max_length=500,
            pattern=r"^[A-Za-z0-9_-]+$",
            description="`next_cursor` of the page before.",
        ),
    ] = None,
) -> Paging:
    return Paging(limit, cursor)


PageAsked = Annotated[Paging, Depends(_paging)]


def cut(rows: Sequence[ItemRow], limit: int, *columns: str) -> tuple[Sequence[ItemRow], str | None]:
    """Keep `limit` rows; the cursor is made of the last one's columns when there are more."""
    if len(rows) <= limit:
        return rows, None
    kept = rows[:limit]
    return kept, encode(*(kept[-1][column] for column in columns))


def encode(*parts: object) -> str:
    """An opaque cursor of a row's ordering columns."""
    texts = [part.isoformat() if isinstance(part, datetime) else str(part) for part in parts]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def decode(cursor: str | None, *kinds: Callable[[str], Any]) -> tuple[Any, ...]:
    """The ordering columns of a cursor, read by `kinds`; as many None when there is no cursor."""
    if cursor is None:
        return (None,) * len(kinds)
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        texts = [str(part) for part in parts]
        return tuple(kind(text) for kind, text in zip(kinds, texts, strict=True))
    except (ValueError, TypeError, binascii.Error, OverflowError) as unreadable:
        raise CursorInvalid from unreadable


def whole_number(text: str) -> int:
    """An id that PostgreSQL can hold as a bigint."""
    number = int(text)
    if abs(number) >= 2**63:
        raise ValueError("not a bigint")
    return number
