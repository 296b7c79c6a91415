"""The clock of processes: what they say is kept back, and told when one fails."""

from __future__ import annotations

import sys

import pytest

from benchmarks.cli.measure import Contender, run_in_turns

SPEAKS = "import sys; print('a word'); print('a warning', file=sys.stderr); sys.exit({status})"


def speaker(status: int) -> Contender:
    return Contender("speaker", [sys.executable, "-c", SPEAKS.format(status=status)])


def test_what_a_run_says_is_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    contender = speaker(0)
    run_in_turns([contender], 1, {})
    assert len(contender.seconds) == 1
    assert capfd.readouterr() == ("", "")


def test_a_run_that_fails_tells_why() -> None:
    with pytest.raises(RuntimeError, match="a warning"):
        run_in_turns([speaker(3)], 1, {})
