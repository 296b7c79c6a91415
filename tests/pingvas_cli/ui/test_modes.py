"""When there is color, a live view, and somebody to answer."""

from __future__ import annotations

import io

import pytest

from pingvas_cli.ui.modes import (
    ColorMode,
    ProgressMode,
    effective_progress,
    is_interactive,
    wants_color,
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


PIPE, TTY = io.StringIO(), Terminal()


@pytest.mark.parametrize(
    ("mode", "environ", "stream", "colored"),
    [
        (ColorMode.AUTO, {}, TTY, True),
        (ColorMode.AUTO, {}, PIPE, False),
        (ColorMode.AUTO, {"NO_COLOR": "1"}, TTY, False),
        (ColorMode.AUTO, {"TERM": "dumb"}, TTY, False),
        (ColorMode.AUTO, {"FORCE_COLOR": "1"}, PIPE, True),
        (ColorMode.ALWAYS, {"NO_COLOR": "1"}, PIPE, True),
        (ColorMode.NEVER, {"FORCE_COLOR": "1"}, TTY, False),
    ],
)
def test_color(
    mode: ColorMode, environ: dict[str, str], stream: io.StringIO, colored: bool
) -> None:
    assert wants_color(mode, environ, stream) is colored


@pytest.mark.parametrize(
    ("environ", "stream", "mode"),
    [
        ({}, TTY, ProgressMode.TTY),
        ({}, PIPE, ProgressMode.PLAIN),
        ({"CI": "true"}, TTY, ProgressMode.PLAIN),
        ({"CI": "false"}, TTY, ProgressMode.TTY),
        ({"TERM": "dumb"}, TTY, ProgressMode.PLAIN),
    ],
)
def test_progress(environ: dict[str, str], stream: io.StringIO, mode: ProgressMode) -> None:
    assert effective_progress(ProgressMode.AUTO, environ, stream) is mode
    assert effective_progress(ProgressMode.QUIET, environ, stream) is ProgressMode.QUIET


def test_a_person_is_there_when_every_stream_is_a_terminal() -> None:
    assert is_interactive({}, TTY, TTY)
    assert not is_interactive({}, TTY, PIPE)
    assert not is_interactive({"CI": "1"}, TTY, TTY)
