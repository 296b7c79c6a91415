"""The queue's verbs: the right program with its own variables, clear refusals, the right codes."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest

from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS, generate, save
from pingvas_cli.bootstrap.local.state_folder import MARK
from tests.pingvas_cli.commands.conftest import Run
from tests.pingvas_cli.commands.dev.conftest import PROJECT

OPERATE = """\
import json, os, sys
verb, words = sys.argv[1], sys.argv[2:]
counts = {"waiting": 3, "running": 1, "delayed": 0, "dead": 1, "paused": verb in ("pause", "drain")}
if os.path.exists("away"):
    print("queue: Redis is away", file=sys.stderr)
    sys.exit(3)
if verb == "letters":
    print(json.dumps({"job_id": "j1", "user_id": "u1", "checkpoint": "tiny", "kind": "inpaint",
        "strikes": 3, "since": "2026-11-23T00:00:00+00:00", "status": "failed",
        "error_code": "out_of_memory", "words": words,
        "environment": os.environ["PINGVAS_ENVIRONMENT"]}))
elif verb == "show":
    known = words[0].startswith("0")
    print(json.dumps({"job_id": words[0], "known": known, "queue": {"state": "dead"}}))
    sys.exit(0 if known else 1)
elif verb == "retry":
    answers = {"0": "retried", "1": "retried_before", "2": "no_credits", "3": "over",
        "4": "unsettled", "5": "gone", "6": "too_many_wait", "7": "not_offered", "8": "not_dead"}
    for word in words:
        new = "n" if word[0] in "01" else None
        print(json.dumps({"job_id": word, "answer": answers[word[0]], "new_job_id": new}))
    sys.exit(0 if all(word[0] in "01" for word in words) else 1)
else:
    print(json.dumps(counts))
    sys.exit(1 if verb == "drain" and words[1] == "0.0" else 0)
"""


def job(first: int) -> str:
    return str(UUID(f"{first}{'0' * 31}"))


@pytest.fixture
def platform(pingvas: Run, state: Path, tmp_path: Path) -> Run:
    """`pingvas` with a release whose program of the queue tells what it was given."""
    service = tmp_path / "tree" / "services" / "generation"
    service.mkdir(parents=True)
    for folder in (service, service.parent):
        (folder / "__init__.py").touch()
    (service / "operate.py").write_text(OPERATE)
    (tmp_path / "tree" / "pyproject.toml").write_text(PROJECT)
    source = ("--source", str(tmp_path / "tree"))
    built = json.loads(pingvas("release", "build", *source, "-o", "json")[1])
    for name in ENVIRONMENTS:
        (state / "environments" / name).mkdir(parents=True)
        (state / "environments" / name / "release").write_text(built["id"])
    (state / MARK).touch()
    save(state / "secrets.json", generate())
    return pingvas


def test_dead_letters_are_listed(platform: Run) -> None:
    code, out, err = platform("queue", "list", "--limit", "7", "--env", "prod", "-o", "json")
    (letter,) = json.loads(out)
    assert (code, letter["environment"], letter["words"]) == (0, "prod", ["--limit", "7"])
    assert "prod: 3 wait, 1 run" in err
    table = platform("queue", "list")[1]
    assert table.splitlines()[0].split()[:3] == ["job", "person", "checkpoint"]


def test_one_job_is_shown(platform: Run) -> None:
    code, out, _ = platform("queue", "show", job(0), "-o", "json")
    assert (code, json.loads(out)["queue"]) == (0, {"state": "dead"})
    assert "state=dead" in platform("queue", "show", job(0))[1]
    code, out, err = platform("queue", "show", job(9))
    assert (code, out) == (2, "")
    assert err.startswith("error[queue.unknown_job]")


@pytest.mark.parametrize("verb", ["show", "retry"])
def test_what_is_no_id_is_a_usage_error(platform: Run, verb: str) -> None:
    code, out, err = platform("queue", verb, "nonsense")
    assert (code, out) == (2, "")
    assert err.startswith("error[queue.no_job_id]")


def test_a_retry_that_was_done_is_done(platform: Run) -> None:
    code, out, _ = platform("queue", "retry", job(0), job(1), "-o", "json")
    assert code == 0
    assert [each["answer"] for each in json.loads(out)] == ["retried", "retried_before"]


@pytest.mark.parametrize("first", range(2, 9))
def test_each_refusal_has_its_sentence_in_both_languages(platform: Run, first: int) -> None:
    code, out, err = platform("queue", "retry", job(0), job(first), "-o", "json")
    assert code == 3
    assert len(json.loads(out)) == 2
    error = json.loads(err)["error"]
    assert error["code"] == "queue.not_retried"
    (finding,) = error["findings"]
    assert finding["where"] == job(first)
    assert finding["code"].startswith("queue.retry_")
    assert platform("queue", "retry", job(first), "--lang", "ko")[0] == 3


def test_pause_and_resume_say_how_it_stands(platform: Run) -> None:
    code, out, err = platform("queue", "pause")
    assert (code, out) == (0, "")
    assert "is paused" in err
    code, _, err = platform("queue", "resume")
    assert code == 0
    assert "is paused" not in err


def test_a_drain_that_does_not_end_is_still_waiting(platform: Run) -> None:
    code, _, err = platform("queue", "drain", "--wait", "0")
    assert code == 4
    assert "error[queue.not_drained]" in err
    assert platform("queue", "drain", "--wait", "2")[0] == 0


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e999", "-1", "-inf"])
def test_a_wait_that_is_no_time_is_refused(platform: Run, seconds: str) -> None:
    code, out, err = platform("queue", "drain", "--wait", seconds)
    assert (code, out) == (2, "")
    assert "--wait" in err


@pytest.mark.parametrize("words", [("pause",), ("resume",), ("drain",), ("retry", job(0))])
def test_prod_is_steered_only_after_a_yes(platform: Run, words: tuple[str, ...]) -> None:
    code, out, err = platform("queue", *words, "--env", "prod")
    assert (code, out) == (3, "")
    assert "ui.needs_yes" in err
    assert platform("queue", *words, "--env", "prod", "--yes")[0] == 0


def test_a_queue_that_is_away_is_told_as_that(platform: Run, state: Path) -> None:
    (state / "away").touch()
    code, out, err = platform("queue", "list")
    assert (code, out) == (1, "")
    assert err.startswith("error[queue.away]")
    assert "Redis is away" in err
