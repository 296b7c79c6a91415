"""Named SQL: blocks by name, twice the same name refused, an unknown one said so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from services.kernel.sql import load

SERVICES = ("user", "payment", "generation", "gallery", "model")


def package(folder: Path, name: str, text: str) -> str:
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text("")
    (folder / name / "queries.sql").write_text(text)
    return name


@pytest.fixture(autouse=True)
def importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])


def test_statements_are_attributes_by_their_names(tmp_path: Path) -> None:
    text = (
        "-- head\n-- name: find_it\nselect 1;\n\n-- name: add_it\n-- a note\nselect 2;\n-- next\n"
    )
    queries = load(package(tmp_path, "named_sql_a", text))
    assert queries.find_it.text == "select 1;"
    assert queries.add_it.text == "select 2;"
    assert [query.name for query in queries] == ["find_it", "add_it"]


def test_an_unknown_statement_is_named_with_its_file(tmp_path: Path) -> None:
    queries = load(package(tmp_path, "named_sql_b", "-- name: find_it\nselect 1;\n"))
    with pytest.raises(AttributeError, match=r"named_sql_b/queries\.sql has no statement lose_it"):
        _ = queries.lose_it


def test_a_name_given_twice_is_refused(tmp_path: Path) -> None:
    queries = load(package(tmp_path, "named_sql_c", "-- name: a\nselect 1;\n-- name: a\nselect 2;"))
    with pytest.raises(ValueError, match="twice"):
        _ = queries.a


@pytest.mark.parametrize("service", ["kernel", *SERVICES])
def test_every_block_of_a_service_is_one_statement(service: str) -> None:
    for query in load(f"services.{service}"):
        assert query.text.endswith(";")
        assert query.text.count(";") == 1
