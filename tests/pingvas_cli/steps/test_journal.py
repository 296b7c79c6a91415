"""The journal is append-only, private, and survives a writer that was killed in its line."""

from __future__ import annotations

from pathlib import Path

from pingvas_cli.steps.journal import Journal, Record


def record(slug: str) -> Record:
    return Record("run", slug, "done", "2026-01-01T00:00:00+00:00", 1.5, {"k": "값"})


def test_records_come_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append(record("one"))
    journal.append(record("two"))
    assert list(journal.records()) == [record("one"), record("two")]
    assert (tmp_path / "journal").stat().st_mode & 0o777 == 0o600


def test_no_file_is_no_record(tmp_path: Path) -> None:
    assert list(Journal(tmp_path / "journal").records()) == []


def test_a_torn_line_is_passed_over_and_does_not_swallow_the_next(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append(record("one"))
    with (tmp_path / "journal").open("a") as file:
        file.write('{"run": "run", "slug": "to')
    journal.append(record("two"))
    assert [each.slug for each in journal.records()] == ["one", "two"]
