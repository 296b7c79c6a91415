"""A platform of the tests' own: its state folder, its ports, and the real program to drive it.

Changes go through the `pingvas` program as a person would type it; observations are made in this
process with the same adapters that the program uses.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import psutil

from pingvas_cli.adapters.host import IDENTITY
from pingvas_cli.adapters.platform_api import HttpPlatformApi
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.layout import Layout
from pingvas_cli.bootstrap.local.object_store import sockets
from pingvas_cli.bootstrap.local.sequence import LOCAL
from pingvas_cli.bootstrap.local.supervised import SupervisedStep
from pingvas_cli.config.loader import load
from pingvas_cli.config.local import LocalSection
from pingvas_cli.local_platform import LocalPlatform
from pingvas_cli.ports.supervisor import ProgramStatus

PROGRAM: Final = Path(sysconfig.get_path("scripts")) / "pingvas"
# Far above what a slow machine needs: a run that hangs fails by name, not by the suite's timeout.
COMMAND_S: Final = 400.0
OFFSETS: Final = range(200, 3000)
CLAIMS: Final[list[ExitStack]] = []


@dataclass(frozen=True)
class OwnPlatform:
    """A platform in `folder`/state, its ports moved by `port_offset`."""

    folder: Path
    port_offset: int

    @property
    def root(self) -> Path:
        return self.folder / "state"

    @cached_property
    def environ(self) -> Mapping[str, str]:
        """This process's environment, without the settings of the person who runs the tests."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PINGVAS_")}
        if chosen := os.environ.get("PINGVAS_PG_BIN"):
            kept["PINGVAS_PG_BIN"] = chosen
        own = {"PINGVAS_LOCAL__PORT_OFFSET": str(self.port_offset), "NO_COLOR": "1", "CI": "1"}
        return {**kept, **own, "PINGVAS_LANG": "en", "PINGVAS_PROGRESS": "plain"}

    @property
    def layout(self) -> Layout:
        return Layout(self.root)

    @cached_property
    def context(self) -> LocalContext:
        """The program's own view of the platform, for looking."""
        configuration = load(None, self.environ).configuration
        return LocalPlatform(configuration, self.layout, self.environ).context

    def pingvas(
        self, *arguments: str, check: bool = True, timeout_s: float = COMMAND_S
    ) -> subprocess.CompletedProcess[str]:
        """Run the program to its end; with `check`, a failure shows what it said."""
        done = subprocess.run(
            self._command(arguments),
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"{arguments}: {done.stdout}\n{done.stderr}\n{self.complaints()}")
        return done

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the program and leave it to the caller, with its stderr to read."""
        return subprocess.Popen(
            self._command(arguments),
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def data(self, *arguments: str, check: bool = True) -> Any:
        """What a command answers as JSON."""
        return json.loads(self.pingvas(*arguments, "-o", "json", check=check).stdout)

    def program(self, name: str) -> ProgramStatus:
        """What the supervisor knows of a program."""
        return next(each for each in self.context.supervisor.statuses() if each.name == name)

    def journal(self) -> list[dict[str, Any]]:
        """The records of the journal, as they stand in the file."""
        if not self.layout.journal.exists():
            return []
        return [json.loads(line) for line in self.layout.journal.read_text().splitlines()]

    def complaints(self) -> str:
        """The last errors in the logs of its parts: when a test fails, they are soon gone."""
        logs = sorted(self.layout.logs.glob("*.log"))
        lines = (f"{log.name}: {line}" for log in logs for line in log.read_text().splitlines())
        return "\n".join(deque((line for line in lines if '"level": "error"' in line), maxlen=10))

    def destroy(self) -> None:
        """Remove the platform, and see for ourselves that nothing of it is left."""
        try:
            if self.root.exists():
                self.pingvas("destroy", "--yes")
            self.check_gone()
        finally:
            for process in platform_processes(self.root):
                process.kill()
            self._hang_up()
            shutil.rmtree(self.folder, ignore_errors=True)

    def check_gone(self) -> None:
        """No folder, no process, no port, no socket."""
        assert not self.root.exists()
        assert not list(platform_processes(self.root))
        assert not [port for port in self.context.ports.values() if _taken(port)]
        assert not [path for path in sockets(self.context) if path.exists()]

    def _hang_up(self) -> None:
        """The program leaves its connections to the end of its process; this one goes on."""
        api = self.context.api
        assert isinstance(api, HttpPlatformApi)
        api._plain.close()

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [str(PROGRAM), "--state-dir", str(self.root), *arguments]


def new_platform() -> OwnPlatform:
    """A folder with a short path (unix sockets) and ports that nobody listens on."""
    return OwnPlatform(Path(tempfile.mkdtemp(prefix="pv", dir="/tmp")), free_offset())


def free_offset() -> int:
    """How far to move a platform's ports so that nobody has one, and no other test takes it."""
    return next(each for each in _shuffled(OFFSETS) if _claim(each))


def platform_processes(root: Path) -> Iterator[psutil.Process]:
    """Every process that works for the platform or inside its folder."""
    for process in psutil.process_iter():
        try:
            marked = process.environ().get(IDENTITY) == str(root)
            if marked or Path(process.cwd()).is_relative_to(root):
                yield process
        except (psutil.Error, OSError):
            continue


def step_of(group: str) -> SupervisedStep:
    """The step that keeps a group of programs."""
    return next(s for s in LOCAL if isinstance(s, SupervisedStep) and s.slug == group)


def wait_for(what: str, ask: Callable[[], bool], *, most_s: float, every_s: float = 0.1) -> float:
    """Ask until the answer is yes; the seconds it took. Fails by name after `most_s`."""
    begun = time.monotonic()
    while not ask():
        assert time.monotonic() - begun < most_s, f"after {most_s} s: {what}"
        time.sleep(every_s)
    return time.monotonic() - begun


def _shuffled(numbers: range) -> list[int]:
    return random.sample(numbers, len(numbers))


def _claim(offset: int) -> bool:
    """Whether the ports are free; then a UDP socket on each says so until this process ends."""
    section = LocalSection(port_offset=offset)
    ports = section.ports().values()
    if list(section.problems()) or any(map(_taken, ports)):
        return False
    with ExitStack() as claimed:
        for port in ports:
            held = claimed.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            try:
                held.bind(("127.0.0.1", port))
            except OSError:
                return False
        CLAIMS.append(claimed.pop_all())
    return True


def _taken(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
