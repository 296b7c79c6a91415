"""Events, books and keys: the right program, with its own variables, and prod only when meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pingvas_cli.bootstrap.local.secret_values import load
from tests.pingvas_cli.commands.conftest import Run

SEND = ("dev", "webhook", "send", "subscription_created", "--user", "a@b.c")


def test_an_event_is_sent_with_the_environments_secret(platform: Run, state: Path) -> None:
    secrets = load(state / "secrets.json")
    assert secrets is not None
    code, out, _ = platform(*SEND, "--tier", "pro", "--repeat", "3", "--reorder", "-o", "json")
    (answer,) = json.loads(out)
    assert code == 0
    assert answer["secret"] == secrets.dev.webhook
    assert answer["words"] == [
        "send",
        "subscription_created",
        "--user=a@b.c",
        "--tier=pro",
        "--repeat=3",
        "--reorder",
    ]


def test_an_invoice_may_be_that_of_a_change(platform: Run) -> None:
    code, out, _ = platform(*SEND, "--billing-reason", "updated", "-o", "json")
    assert code == 0
    assert "--billing-reason=updated" in json.loads(out)[0]["words"]
    assert platform(*SEND, "--billing-reason", "whim")[0] == 2


def test_a_table_shows_the_answers(platform: Run) -> None:
    code, out, _ = platform(*SEND)
    assert code == 0
    assert out.splitlines()[1].split() == ["subscription_created", "200", "applied", "e1"]


def test_refused_events_are_shown_and_fail(platform: Run) -> None:
    code, out, err = platform(*SEND, "--unsigned", "-o", "json")
    assert code == 1
    assert [each["status"] for each in json.loads(out)] == [401]
    assert "local.event_refused" in err


def test_a_program_that_fails_is_told_with_its_words(platform: Run) -> None:
    code, _, err = platform("dev", "webhook", "send", "broken", "--user", "a@b.c")
    assert code == 1
    assert "no such person" in err
    code, _, err = platform("dev", "webhook", "send", "failing", "--user", "a@b.c")
    assert code == 1
    assert "another thing" in err
    assert "no such person" not in err


@pytest.mark.parametrize("command", [SEND, ("dev", "keys", "rotate")], ids=" ".join)
def test_prod_is_changed_only_after_a_yes(platform: Run, command: tuple[str, ...]) -> None:
    code, out, err = platform(*command, "--env", "prod")
    assert (code, out) == (3, "")
    assert "ui.needs_yes" in err
    assert platform(*command, "--env", "prod", "--yes")[0] == 0


def test_books_that_agree_are_done(platform: Run) -> None:
    code, out, err = platform("dev", "reconcile", "-o", "json")
    assert code == 0
    assert json.loads(out)["checked"] == {"people": 2}
    assert "agree" in err


def test_books_that_differ_are_drift(platform: Run) -> None:
    code, out, err = platform("dev", "reconcile", "--env", "prod")
    assert code == 5
    assert "check=balance" in out
    assert "local.books_differ" in err


def test_keys_are_listed_and_rotated_in_their_folder(platform: Run, state: Path) -> None:
    code, out, _ = platform("dev", "keys", "rotate", "--at-once", "-o", "json")
    (key,) = json.loads(out)
    assert (code, key["words"]) == (0, ["rotate", "--at-once"])
    assert key["file"] == str(state / "keys" / "dev")
    code, out, _ = platform("dev", "keys", "list", "--env", "prod", "-o", "json")
    (key,) = json.loads(out)
    assert (code, key["words"]) == (0, ["list"])
    assert key["file"] == str(state / "keys" / "prod")
