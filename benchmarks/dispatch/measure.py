"""One server, everybody in turn: rates, waits of an idle worker, and what a kill costs."""

from __future__ import annotations

import contextlib
import json
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis import Redis

from benchmarks.dispatch.contenders import Contender

LONGEST_S = 60.0
RECOVERY_S = 25.0


@dataclass
class Figures:
    """Of one contender: jobs per second of each round, waits in ms, jobs lost and doubled."""

    processed: list[float] = field(default_factory=list)
    single: list[float] = field(default_factory=list)
    batch: list[float] = field(default_factory=list)
    waits_ms: list[float] = field(default_factory=list)
    lost: int | None = None
    doubled: int | None = None

    def wait_ms(self, part: float) -> float:
        """A quantile of the waits."""
        ordered = sorted(self.waits_ms)
        return ordered[int(part * (len(ordered) - 1))] if ordered else float("nan")


def median(values: list[float]) -> float:
    return statistics.median(values) if values else float("nan")


@dataclass
class Ground:
    """An empty server; every measurement begins on it."""

    url: str
    redis: Redis

    def run(self, contender: Contender, *words: str) -> dict[str, Any]:
        """What the program tells at its end."""
        ended = subprocess.run(
            contender.command(self.url, *words),
            env=contender.environ(),
            capture_output=True,
            text=True,
            check=True,
            timeout=LONGEST_S,
        )
        told: dict[str, Any] = json.loads(ended.stdout.strip().splitlines()[-1])
        return told

    def server(self) -> str:
        """Which server, and the allocator of its memory: it is felt when much lies in it."""
        told = self.redis.info()
        name = "Valkey" if "valkey_version" in told else "Redis"
        version = told.get("valkey_version", told["redis_version"])
        return f"{name} {version}, {told['mem_allocator']}"

    @contextlib.contextmanager
    def worker(self, contender: Contender, *words: str) -> Iterator[subprocess.Popen[str]]:
        """A program that is killed at the end of the block if it still runs."""
        process = subprocess.Popen(
            contender.command(self.url, *words),
            env=contender.environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


@contextlib.contextmanager
def ground(port: int, server: Path) -> Iterator[Ground]:
    """A server without disk, on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with subprocess.Popen(
            [str(server), *options], cwd=folder, stdout=subprocess.DEVNULL
        ) as server:
            time.sleep(0.5)
            yield Ground(f"redis://127.0.0.1:{port}/0", Redis(port=port))
            server.terminate()


def rates(at: Ground, contender: Contender, jobs: int, figures: Figures, tenants: int = 50) -> None:
    """Put jobs in by batches, then take them; then some one by one."""
    at.redis.flushall()
    seconds = at.run(contender, "batch", str(jobs), str(tenants))["seconds"]
    figures.batch.append(jobs / seconds)
    seconds = at.run(contender, "work", str(jobs), str(tenants))["seconds"]
    figures.processed.append(jobs / seconds)
    few = max(1, jobs // 10)
    seconds = at.run(contender, "single", str(few), str(tenants))["seconds"]
    figures.single.append(few / seconds)


def waits(at: Ground, contender: Contender, samples: int, figures: Figures) -> None:
    """How long a job waits for a worker that has nothing to do."""
    at.redis.flushall()
    with at.worker(contender, "listen", str(samples)) as worker:
        time.sleep(2.5)
        sent = dict(at.run(contender, "send", str(samples))["times"])
        output, _ = worker.communicate(timeout=LONGEST_S)
    began = json.loads(output.strip().splitlines()[-1])["times"]
    figures.waits_ms += [(time_s - sent[number]) * 1000 for number, time_s in began]


def kills(at: Ground, contender: Contender, jobs: int, figures: Figures) -> None:
    """Kill a worker three times while it works; a fourth has to end it all in a while."""
    at.redis.flushall()
    at.run(contender, "batch", str(jobs), "50")
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes"
        notes.touch()
        for _ in range(3):
            with at.worker(contender, "serve", str(notes)):
                _wait_for(notes, jobs // 8)
        with at.worker(contender, "serve", str(notes)):
            deadline = time.monotonic() + RECOVERY_S
            while time.monotonic() < deadline and len(_counted(notes)) < jobs:
                time.sleep(0.2)
            time.sleep(1.0)
        ran = _counted(notes)
    figures.lost = jobs - len(ran)
    figures.doubled = sum(count > 1 for count in ran.values())


def _wait_for(notes: Path, more: int) -> None:
    goal = sum(_counted(notes).values()) + more
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and sum(_counted(notes).values()) < goal:
        time.sleep(0.02)


def _counted(notes: Path) -> Counter[str]:
    return Counter(notes.read_text().split())
