"""Data for people and for programs."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import yaml

from pingvas_cli.errors import msg
from pingvas_cli.messages import Translator
from pingvas_cli.ui import cells
from pingvas_cli.ui.console import Console, Tone
from pingvas_cli.ui.modes import ColorMode, OutputFormat
from pingvas_cli.ui.output import Column, show, show_one, table

COLUMNS = (
    Column("name", msg("ui.where")),
    Column("state", msg("ui.error"), tones={"실행 중": Tone.GOOD}),
    Column("size", msg("ui.docs"), right=True),
)
RECORDS = (
    {"name": "postgres", "state": "실행 중", "size": 7, "hidden": True},
    {"name": "redis-dev", "state": "stopped", "size": None, "hidden": False},
)


def printed(form: OutputFormat, *, color: bool = False, one: bool = False) -> str:
    out = io.StringIO()
    console = Console(out, io.StringIO(), color, color)
    if one:
        show_one(console, Translator("ko"), RECORDS[0], COLUMNS, form)
    else:
        show(console, Translator("ko"), RECORDS, COLUMNS, form)
    return out.getvalue()


def test_a_table_lines_up_with_wide_letters() -> None:
    head, first, second = printed(OutputFormat.TABLE).splitlines()
    places = [
        cells.width(line[: line.index(mark)])
        for line, mark in zip((head, first, second), ("오류", "실행", "stopped"), strict=True)
    ]
    assert len(set(places)) == 1
    assert first.endswith("    7")
    assert second.endswith(" -")


def test_color_follows_the_value_and_changes_no_letter() -> None:
    colored = printed(OutputFormat.TABLE, color=True)
    assert "\x1b[32m실행 중" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == printed(OutputFormat.TABLE)


def test_programs_get_every_field_under_its_own_name() -> None:
    assert json.loads(printed(OutputFormat.JSON)) == list(RECORDS)
    assert yaml.safe_load(printed(OutputFormat.YAML)) == list(RECORDS)
    lines = printed(OutputFormat.NDJSON).splitlines()
    assert [json.loads(line) for line in lines] == list(RECORDS)
    assert json.loads(printed(OutputFormat.JSON, one=True)) == RECORDS[0]


def test_one_record_is_a_line_per_field() -> None:
    assert printed(OutputFormat.TABLE, one=True).splitlines()[1].split() == ["오류", "실행", "중"]


def test_values_leave_exactly() -> None:
    out = io.StringIO()
    record = {
        "money": Decimal("12.30"),
        "time": datetime(2026, 1, 2, 9, tzinfo=timezone(timedelta(hours=9))),
        "path": Path("/a"),
        "mode": ColorMode.AUTO,
        "items": (1, 2),
    }
    show_one(Console(out, out, False, False), Translator("en"), record, (), OutputFormat.JSON)
    assert json.loads(out.getvalue()) == {
        "money": "12.30",
        "time": datetime(2026, 1, 2, tzinfo=UTC).isoformat().replace("+00:00", "Z"),
        "path": "/a",
        "mode": "auto",
        "items": [1, 2],
    }


def test_prose_is_wrapped_below_its_row_at_a_narrow_terminal() -> None:
    columns = (*COLUMNS[:2], Column("said", msg("ui.docs"), prose=True))
    records = [{**one, "said": "아주 긴 말 " * 30} for one in RECORDS]
    told = table(Translator("ko"), records, columns, color=True, width=80)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", told).splitlines()
    assert max(map(cells.width, lines)) <= 80
    assert [line.split()[0] for line in lines if not line.startswith(" ")][1:] == [
        "postgres",
        "redis-dev",
    ]
    assert " ".join(told.split()).count("아주 긴 말") == 60
    piped = table(Translator("ko"), records, columns, color=False)
    assert len(piped.splitlines()) == 3
