"""Containers that run beside a test: started, asked until they are ready, told to end."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.images.engine import CONFINED, Engine

GRACE_S = 60


@dataclass(frozen=True)
class Container:
    """One container by its name; `port` is on this machine, whose network it shares."""

    engine: Engine
    name: str
    port: int

    def get(self, path: str) -> httpx.Response:
        """What it answers."""
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=5)

    def log(self) -> str:
        """Everything that it wrote."""
        told = self.engine.attempt("podman", "logs", self.name)
        return told.stdout + told.stderr

    def wait_until(self, path: str, patience_s: float = 120) -> float:
        """Until that path answers 200. Seconds since it was asked first."""
        begun = time.monotonic()
        while time.monotonic() - begun < patience_s:
            assert self._state("Running") == "true", self.log()
            try:
                if self.get(path).status_code == 200:
                    return time.monotonic() - begun
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"{path} of {self.name} did not answer: {self.log()}")

    def stop(self) -> int:
        """SIGTERM, as Kubernetes sends it; the status with which it ended."""
        self.engine.podman("stop", f"--time={GRACE_S}", self.name)
        return int(self._state("ExitCode"))

    def _state(self, what: str) -> str:
        return self.engine.podman("inspect", "--format", f"{{{{.State.{what}}}}}", self.name)


@contextmanager
def running(
    engine: Engine,
    command: Sequence[str],
    settings: Mapping[str, str],
    port: int,
    options: Sequence[str] = (),
) -> Iterator[Container]:
    """A container of an image and its arguments for as long as the block runs."""
    variables = [f"--env={name}={value}" for name, value in settings.items()]
    given = (*CONFINED, "--network=host", *variables, *options)
    container = Container(engine, f"test-{port}", port)
    engine.podman("run", "--detach", f"--name={container.name}", *given, *command)
    try:
        yield container
    finally:
        engine.podman("rm", "--force", container.name)
