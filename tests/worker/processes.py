"""The worker as a process of its own, as a supervisor starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from tests.servers.programs import json_lines
from worker.settings import WorkerSettings

PATIENCE_S = 60.0


@dataclass
class WorkerProcess:
    """`python -m worker`, with its log lines in a file."""

    log: Path
    process: subprocess.Popen[bytes]

    def lines(self) -> list[dict[str, Any]]:
        """What it logged so far."""
        return json_lines(self.log)

    def wait_for(self, event: str) -> dict[str, Any]:
        """The first line with this event."""
        found: list[dict[str, Any]] = []

        def is_there() -> bool:
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            found.extend(line for line in self.lines() if line["event"] == event)
            return bool(found)

        wait_until(is_there)
        return found[0]

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait(timeout=PATIENCE_S)

    def terminate(self) -> int:
        """Ask it to leave; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE_S)


@contextmanager
def worker_process(
    settings: WorkerSettings, folder: Path, name: str, module: str = "worker"
) -> Iterator[WorkerProcess]:
    """A running worker; killed at the end if it still runs."""
    log = folder / f"{name}.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdout=stream,
            stderr=stream,
            env=_variables(settings.model_copy(update={"worker_name": name})),
        )
    worker = WorkerProcess(log, process)
    try:
        yield worker
    finally:
        worker.kill()


def wait_until(is_so: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def _variables(settings: WorkerSettings) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in settings:
        if isinstance(value, SecretStr):
            value = value.get_secret_value()  # noqa: PLW2901 - the plain word, for the environment
        if value is not None:
            values[f"PINGVAS_{name.upper()}"] = str(value)
    return os.environ | values
