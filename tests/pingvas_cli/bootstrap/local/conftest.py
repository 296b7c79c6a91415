"""Contexts of the local target: one that only renders, and one whose servers really run."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pingvas_cli.adapters.host import ThisHost
from pingvas_cli.bootstrap.local import teardown
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.layout import Layout
from pingvas_cli.bootstrap.local.secret_values import generate, save
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.local import LocalSection
from pingvas_cli.local_platform import LocalPlatform
from pingvas_cli.ports.releases import Release
from pingvas_cli.steps.clock import SystemClock
from pingvas_cli.steps.journal import Journal
from pingvas_cli.steps.plan import make_plan
from pingvas_cli.steps.runner import Runner, Summary
from pingvas_cli.steps.step import Step
from tests.fakes.host import FakeHost
from tests.pingvas_cli.steps.world import Seen

OFFSETS = range(300, 3000)


class OneRelease:
    """Both environments run the same release, which nobody starts here."""

    def __init__(self, folder: Path) -> None:
        self.release = Release("1.0.0-abc", "1.0.0", "a" * 64, 1, "2026", "tree", folder)

    def build(self, source: Path | None = None) -> Release:
        return self.release

    def all(self) -> tuple[Release, ...]:
        return (self.release,)

    def get(self, release_id: str) -> Release:
        return self.release

    def restore(self, release_id: str) -> Release:
        return self.release

    def deployed(self, environment: str) -> Release | None:
        return self.release

    def deploy(self, environment: str, release_id: str) -> None:
        return


def context(root: Path, **environ: str) -> LocalContext:
    """The real context of a state folder, at ports that nobody listens at."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    offset = next(each for each in random.sample(OFFSETS, len(OFFSETS)) if _free(each))
    local = LocalSection(port_offset=offset, workers_per_environment=2)
    configuration = Configuration(local=local)
    return LocalPlatform(configuration, Layout(root), {**kept, **environ}).context


def _free(offset: int) -> bool:
    ports = LocalSection(port_offset=offset, workers_per_environment=2).ports().values()
    return not ThisHost().port_holders(tuple(ports))


def bring(ctx: LocalContext, steps: Sequence[Step[LocalContext]]) -> Summary:
    """Run steps as bootstrap does."""
    runner = Runner(ctx, Journal(ctx.layout.journal), Seen(), SystemClock())
    return runner.run(steps, make_plan(steps, ctx))


@pytest.fixture
def rendered(tmp_path: Path) -> LocalContext:
    """Secrets and a release are there, so every file and program can be rendered; nothing runs."""
    ctx = context(tmp_path / "state")
    for folder in ctx.layout.folders:
        folder.mkdir(parents=True, mode=0o700)
    save(ctx.layout.secrets, generate())
    return replace(ctx, host=FakeHost(), releases=OneRelease(tmp_path / "release"))


@contextmanager
def state_folder() -> Iterator[Path]:
    """A path that is short enough for sockets; not made yet."""
    folder = Path(tempfile.mkdtemp(prefix="pv", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder / "state"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def torn_down(ctx: LocalContext) -> Iterator[LocalContext]:
    """The context; whatever was started in it is ended and removed."""
    try:
        yield ctx
    finally:
        teardown.destroy(ctx)
