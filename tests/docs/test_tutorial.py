"""The tutorial does what it says: its commands, run as they stand, on a platform of their own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.docs.markdown import blocks, text_of
from tests.e2e.own_platform import free_offset

PORT: Final = 8180
OFFSET: Final = "PINGVAS_LOCAL__PORT_OFFSET"
NEEDED: Final = ("curl", "jq")
MINUTES: Final = 60
LEDGER: Final = -2  # the block before the last one

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        any(shutil.which(name) is None for name in NEEDED), reason="needs curl and jq"
    ),
]


@pytest.fixture
def environment() -> Iterator[Mapping[str, str]]:
    """A platform in a folder whose path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="pv", dir="/tmp") as folder:
        variables = {
            "HOME": folder,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "PINGVAS_STATE_DIR": f"{folder}/state",
            OFFSET: str(free_offset()),
        }
        try:
            run("pingvas bootstrap", variables, folder)
            yield variables
        finally:
            run("pingvas destroy --yes", variables, folder)


def run(script: str, environment: Mapping[str, str], folder: str) -> str:
    """What the script wrote to stdout; it ends at its first failing command."""
    done = subprocess.run(
        ["sh", "-eu", "-c", script],
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=4 * MINUTES,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.timeout(10 * MINUTES)
def test_its_commands_make_an_image(environment: Mapping[str, str]) -> None:
    scripts = [text for language, text in blocks(text_of("docs/tutorial.md")) if language == "sh"]
    middle = "".join(scripts[1:-1]).replace(str(PORT), str(PORT + int(environment[OFFSET])))
    shown = run(middle, environment, environment["HOME"])
    assert '{"status":"verification_sent"}' in shown
    assert "\nevent: succeeded\n" in shown
    assert '"status": "succeeded"' in shown
    assert '{"tier":"pro","status":"active"}' in shown
    for written in blocks(text_of("docs/tutorial.md"))[LEDGER][1].splitlines():
        assert written in shown
    picture = (Path(environment["HOME"]) / "picture.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    sums = re.findall(r"^[0-9a-f]{64}\b", shown, re.MULTILINE)
    assert len(sums) == 2
    assert sums[0] == sums[1]
