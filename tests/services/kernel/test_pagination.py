"""Cursors: what was encoded is decoded, anything else is a plain refusal."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from services.kernel.errors import Problem
from services.kernel.pagination import cut, decode, encode, whole_number


def test_a_cursor_comes_back_as_it_was() -> None:
    moment, row = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), uuid4()
    assert decode(encode(moment, row), datetime.fromisoformat, UUID) == (moment, row)
    assert decode(None, datetime.fromisoformat, UUID) == (None, None)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "é",
        "bnVsbA",
        encode("1"),
        encode("1", "2", "3"),
        encode("x", "y"),
        encode(2**63, 1),
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(Problem) as refused:
        decode(cursor, whole_number, whole_number)
    assert (refused.value.status, refused.value.code) == (404, "pagination.cursor_invalid")


def test_a_page_is_cut_and_the_last_has_no_cursor() -> None:
    rows = [{"id": number} for number in (5, 4, 3)]
    kept, cursor = cut(rows, 2, "id")
    assert [row["id"] for row in kept] == [5, 4]
    assert decode(cursor, whole_number) == (4,)
    assert cut(rows, 3, "id") == (rows, None)
