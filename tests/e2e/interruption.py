"""Killing `pingvas bootstrap` at chosen moments."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pingvas_cli.bootstrap.local.sequence import LOCAL
from tests.e2e.own_platform import COMMAND_S, OwnPlatform

SLUGS: Final = tuple(step.slug for step in LOCAL)
STARTED: Final = re.compile(r"\[(\d+)/\d+\] ")
FINISHED: Final = re.compile(r"\[(\d+)/\d+\] .*: (?:done|already there) \(")
WAITING: Final = re.compile(r"\[(\d+)/\d+\] waiting for ")


@dataclass
class Run:
    """One run of bootstrap and what it has said so far; a thread reads along."""

    platform: OwnPlatform
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)

    def has_started(self, slug: str) -> bool:
        return self._said(STARTED, slug)

    def has_finished(self, slug: str) -> bool:
        return self._said(FINISHED, slug)

    def is_waiting(self, slug: str) -> bool:
        return self._said(WAITING, slug)

    def told(self) -> str:
        """All it said, and the errors of the parts."""
        return "".join((*self.lines, self.platform.complaints()))

    def _said(self, pattern: re.Pattern[str], slug: str) -> bool:
        place = str(SLUGS.index(slug) + 1)
        return any(m[1] == place for m in map(pattern.search, tuple(self.lines)) if m)


Reached = Callable[[Run], bool]


@dataclass(frozen=True)
class Moment:
    """When to kill: inside a step when `reached`, or else when the step is finished."""

    slug: str
    name: str
    reached: Reached | None = None

    def __str__(self) -> str:
        return f"{self.slug}: {self.name}"


def _file(pattern: str) -> Reached:
    """A file that the step makes on its way."""
    return lambda run: any(run.platform.root.glob(pattern))


def _waits(slug: str) -> Reached:
    return lambda run: run.is_waiting(slug)


def _has_submitted(run: Run) -> bool:
    attempt = run.platform.layout.smoke_tests / "dev-attempt.json"
    return attempt.exists() and '"job_id": "' in attempt.read_text(encoding="utf-8")


INSIDE: Final = (
    Moment("release", "building the wheel", _file("releases/.building")),
    Moment("release", "unpacking the wheel", _file("releases/.*.new")),
    Moment("supervisor", "settings written", _file("supervisor/supervisord.conf")),
    Moment("database", "initdb runs", _file("database/data.new/PG_VERSION")),
    Moment("database", "data folder in place", _file("database/data/PG_VERSION")),
    Moment("cache-prod", "waiting", _waits("cache-prod")),
    Moment("sentinels", "waiting", _waits("sentinels")),
    Moment("object-store", "waiting", _waits("object-store")),
    Moment("migrations", "the first schema migrates", _file("logs/dev-migrations.log")),
    Moment("administrators", "the first one is made", _file("logs/dev-administrator.log")),
    Moment("checkpoint", "installing", _file("logs/checkpoint-install.log")),
    Moment("dev-services", "waiting", _waits("dev-services")),
    Moment("dev-worker", "waiting", _waits("dev-worker")),
    Moment("dev-smoke-test", "customer chosen", _file("smoke_tests/dev-attempt.json")),
    Moment("dev-smoke-test", "job submitted", _has_submitted),
    Moment("prod-smoke-test", "customer chosen", _file("smoke_tests/prod-attempt.json")),
)


def moments() -> Iterator[Moment]:
    """In the order of the steps: those inside a step, then its end."""
    for slug in SLUGS:
        yield from (moment for moment in INSIDE if moment.slug == slug)
        yield Moment(slug, "done")


def kill_at(platform: OwnPlatform, moment: Moment) -> bool:
    """Run bootstrap and SIGKILL it at the moment; False when it was over before."""
    process = platform.begin("bootstrap")
    run = Run(platform, process)
    reader = threading.Thread(target=run.read)
    reader.start()
    try:
        deadline = time.monotonic() + COMMAND_S
        while not _is_reached(run, moment):
            assert process.poll() is None, f"{moment}: ended by itself\n{run.told()}"
            assert time.monotonic() < deadline, f"{moment}\n{run.told()}"
            time.sleep(0.001)
    finally:
        process.kill()
        process.wait()
        reader.join()
        if process.stderr:
            process.stderr.close()
    return moment.reached is None or not run.has_finished(moment.slug)


def _is_reached(run: Run, moment: Moment) -> bool:
    inside = moment.reached is not None and run.has_started(moment.slug) and moment.reached(run)
    return inside or run.has_finished(moment.slug)
