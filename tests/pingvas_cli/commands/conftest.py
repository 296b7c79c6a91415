"""The command line, run in this process as a person would, on a state folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pingvas_cli.main import run

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The state folder that `pingvas` works with; not made yet."""
    return tmp_path / "home" / "pingvas"


@pytest.fixture
def pingvas(
    state: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`pingvas("status", "-o", "json")` gives the exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    for name in ("OUTPUT", "LANG", "CONFIG", "PROGRESS", "COLOR", "DEBUG", "STATE_DIR", "YES"):
        monkeypatch.delenv(f"PINGVAS_{name}", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(state.parent))
    monkeypatch.setenv("PINGVAS_LOCAL__PORT_OFFSET", "2900")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        caught = capsys.readouterr()
        return code, caught.out, caught.err

    return call
