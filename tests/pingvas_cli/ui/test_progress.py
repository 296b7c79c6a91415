"""The three views of a run of steps."""

from __future__ import annotations

import io
import re

import pytest

from pingvas_cli.errors import msg
from pingvas_cli.messages import Translator
from pingvas_cli.steps.observer import Observer, Outcome
from pingvas_cli.steps.plan import PlanEntry, State
from pingvas_cli.ui import cells
from pingvas_cli.ui.console import Console
from pingvas_cli.ui.download import downloading
from pingvas_cli.ui.modes import ProgressMode
from pingvas_cli.ui.progress import duration, watching

TITLES = {"one": msg("cli.status"), "two": msg("cli.lock"), "three": msg("cli.stop")}
PLAN = [PlanEntry(slug, title, State.ABSENT, ()) for slug, title in TITLES.items()]
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def seen(mode: ProgressMode, language: str = "en", *, fail: bool = False) -> str:
    """What a run of three steps leaves on stderr; nothing may reach stdout."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with watching(Console(out, err, False, False), Translator(language), mode) as observer:
            _run(observer, fail=fail)
    except RuntimeError:
        assert fail
    assert out.getvalue() == ""
    return err.getvalue()


def _run(observer: Observer, *, fail: bool) -> None:
    observer.planned(PLAN)
    observer.started("one", TITLES["one"])
    observer.finished("one", Outcome.PRESENT, 0.04)
    observer.started("two", TITLES["two"])
    for _ in range(3):
        observer.waiting("two", msg("ui.error"), 0.1)
    observer.finished("two", Outcome.FAILED if fail else Outcome.DONE, 83)
    if fail:
        raise RuntimeError
    observer.started("three", TITLES["three"])
    observer.finished("three", Outcome.DONE, 1.26)


def test_a_log_gets_one_line_per_event_and_one_per_reason() -> None:
    lines = seen(ProgressMode.PLAIN).splitlines()
    assert [line[6:] for line in lines[:-1]] == [
        "▸ 3 steps, 3 to do",
        "▸ [1/3] Show what runs, where, and whether it is healthy.",
        "· [1/3] Show what runs, where, and whether it is healthy.: already there (0.0s)",
        "▸ [2/3] See who is working on the platform.",
        "… [2/3] waiting for error",
        "✓ [2/3] See who is working on the platform.: done (1m23s)",
        "▸ [3/3] Stop every process and keep the data.",
        "✓ [3/3] Stop every process and keep the data.: done (1.3s)",
    ]
    assert re.fullmatch(r"\d\d:\d\d ▪ 3 of 3 steps, 2 changed something, \S+", lines[-1])
    assert not CONTROL.search("".join(lines))


def test_a_failed_run_says_how_far_it_came() -> None:
    assert "Stopped after 2 of 3 steps" in seen(ProgressMode.PLAIN, fail=True)
    assert "Stopped after 2 of 3 steps" in seen(ProgressMode.TTY, fail=True)


def test_quiet_says_nothing() -> None:
    assert seen(ProgressMode.QUIET) == ""


@pytest.mark.parametrize("language", ["en", "ko"])
def test_finished_steps_stay_in_the_terminal_and_line_up(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    text = CONTROL.sub("", seen(ProgressMode.TTY, language)).replace("\r", "\n")
    finished = [line for line in text.splitlines() if re.match(r"[✓·] ", line)]
    times = [re.search(r"(1m23s|0\.0s|1\.3s)", line) for line in finished]
    ends = {cells.width(one.string[: one.end()]) for one in times if one is not None}
    assert len(finished) == 3
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0s"), (59.94, "59.9s"), (59.96, "1m00s"), (125, "2m05s"), (3725, "1h02m")],
)
def test_durations_fit_a_narrow_column(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def _download(mode: ProgressMode) -> str:
    err = io.StringIO()
    with downloading(Console(io.StringIO(), err, False, False), Translator("en"), mode) as advance:
        for done in range(101):
            advance("weights", done * 1024**2, 100 * 1024**2)
    return err.getvalue()


def test_a_download_is_told_in_tenths_in_a_log() -> None:
    lines = _download(ProgressMode.PLAIN).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "weights: 100 of 100 MiB (100 %)"
    assert _download(ProgressMode.QUIET) == ""
    assert "weights" in _download(ProgressMode.TTY)
