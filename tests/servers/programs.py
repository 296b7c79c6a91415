"""The services as programs of their own: started on a free port, killed at will, started again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.servers.ports import free_port


@dataclass
class Program:
    """One process of a module. `port` is None for a program that listens nowhere."""

    module: str
    environment: Mapping[str, str]
    log: Path
    port: int | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; what it writes is added to its log."""
        port = {} if self.port is None else {"PINGVAS_PORT": str(self.port)}
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                env={**self.environment, **port},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        """SIGKILL, without a chance to tidy up."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=15)

    def freeze(self) -> None:
        """SIGSTOP: it is there and does nothing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on where it was."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def errors(self) -> list[dict[str, Any]]:
        """What it told as an error, in all its lives."""
        return [line for line in json_lines(self.log) if line["level"] in ("error", "critical")]

    def stop(self) -> None:
        """SIGTERM, and a proper end within fifteen seconds."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=15) in (0, -signal.SIGTERM), self.log.read_text()

    def wait_until_ready(self, patience_s: float = 90) -> None:
        """Until `/readyz` says so."""
        assert self.process is not None
        deadline = time.monotonic() + patience_s
        with httpx.Client(timeout=5) as client:
            while time.monotonic() < deadline:
                assert self.process.poll() is None, self.log.read_text()
                with suppress(httpx.TransportError):
                    if client.get(f"{self.url}/readyz").status_code == 200:
                        return
                time.sleep(0.05)
        raise AssertionError(f"{self.module} did not become ready: {self.log.read_text()}")


def json_lines(log: Path) -> list[dict[str, Any]]:
    """The whole lines of a log that are JSON objects."""
    text = log.read_text(encoding="utf-8")
    whole = (line for line in text.splitlines(keepends=True) if line.endswith("\n"))
    return [json.loads(line) for line in whole if line.startswith("{")]


def service(name: str, environment: Mapping[str, str], folder: Path) -> Program:
    """A service that is not started yet."""
    return Program(f"services.{name}", environment, folder / f"{name}.log", free_port())


@contextmanager
def running(program: Program) -> Iterator[Program]:
    """The program, ready, for as long as the block runs."""
    program.start()
    try:
        program.wait_until_ready()
        yield program
        program.stop()
    finally:
        program.kill()
