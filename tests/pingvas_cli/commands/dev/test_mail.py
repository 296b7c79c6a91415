"""`pingvas dev mail`: what was written to whom, newest first, and the token in it."""

from __future__ import annotations

import json
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from pingvas_cli.bootstrap.local.mail import letters, verification_token
from tests.pingvas_cli.commands.conftest import Run

TOKEN = "T" * 43


@pytest.fixture
def folder(platform: Run, state: Path) -> Path:
    """The letters of dev."""
    folder = state / "mail" / "dev"
    folder.mkdir(parents=True)
    write(folder, 1, "kim@example.com", "verify_address", f"Hello 킴\n\n    {TOKEN}\n\nBye")
    write(folder, 2, "lee@example.com", "password_changed", "Your password was changed.")
    (folder / ".half.part").write_text("not yet a letter")
    return folder


def write(folder: Path, number: int, to: str, kind: str, text: str) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "p@x.example", to, f"제목 {number}"
    letter["Date"] = f"Mon, 23 Nov 2026 07:0{number}:00 +0000"
    letter["X-Pingvas-Kind"] = kind
    letter.set_content(text)
    (folder / f"20261123T070{number}00.000000Z-0000000{number}.eml").write_bytes(
        letter.as_bytes(policy=SMTP)
    )


@pytest.mark.usefixtures("folder")
def test_letters_are_listed_newest_first(platform: Run) -> None:
    code, out, _ = platform("dev", "mail", "-o", "json")
    newest, oldest = json.loads(out)
    assert code == 0
    assert newest["to"] == "lee@example.com"
    assert newest["token"] is None
    assert oldest["sent_at"] == "2026-11-23T07:01:00Z"
    assert (oldest["kind"], oldest["subject"]) == ("verify_address", "제목 1")
    assert oldest["token"] == TOKEN
    table = platform("dev", "mail")[1]
    assert len(table.splitlines()) == 3
    assert TOKEN not in table


@pytest.mark.usefixtures("folder")
def test_the_newest_of_one_person_is_shown_whole(platform: Run) -> None:
    out = platform("dev", "mail", "--last", "--to", "KIM@example.com")[1]
    assert "Hello 킴" in out
    assert TOKEN in out
    record = json.loads(platform("dev", "mail", "--last", "-o", "json")[1])
    assert record["text"] == "Your password was changed.\n"


def test_no_letter_is_no_failure(platform: Run) -> None:
    assert platform("dev", "mail", "--env", "prod")[:2] == (0, "")
    code, out, err = platform("dev", "mail", "--last")
    assert (code, out) == (0, "")
    assert "No letter" in err


def test_a_verification_is_found_by_its_kind(folder: Path) -> None:
    assert verification_token(folder, "kim@example.com") == TOKEN
    assert verification_token(folder, "lee@example.com") is None
    assert [each.to for each in letters(folder)] == ["lee@example.com", "kim@example.com"]
