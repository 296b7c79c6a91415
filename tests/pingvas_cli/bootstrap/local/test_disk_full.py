"""A disk that fills up in the middle: a clear error, nothing half done, and a good rerun."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.database import DatabaseServerStep
from pingvas_cli.bootstrap.local.generated_secrets import GeneratedSecrets
from pingvas_cli.bootstrap.local.release import FirstRelease
from pingvas_cli.bootstrap.local.state_folder import StateFolder
from pingvas_cli.bootstrap.local.supervisor import SupervisorStep
from pingvas_cli.errors import PingvasError
from pingvas_cli.steps.step import Present
from tests.pingvas_cli.bootstrap.local.conftest import bring, context, state_folder, torn_down

SIZE_MIB = 120
STEPS = (
    StateFolder(),
    GeneratedSecrets(),
    FirstRelease(),
    SupervisorStep(),
    DatabaseServerStep(),
)
HALF_DONE = ("*.new", "*.pw", ".building", ".built.whl", "*.part")


@pytest.fixture
def small_disk() -> Iterator[Path]:
    with state_folder() as root:
        disk = root.parent / "d"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "pingvas-test", str(disk)]
        if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
            pytest.skip("needs the right to mount a tmpfs: root outside of a container")
        try:
            yield disk
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path, leaving_kib: int) -> Path:
    ballast = disk / "ballast"
    ballast.unlink(missing_ok=True)
    free = shutil.disk_usage(disk).free - leaving_kib * 1024
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free, 1))
    return ballast


def half_done(ctx: LocalContext) -> list[Path]:
    return [path for pattern in HALF_DONE for path in ctx.layout.root.rglob(pattern)]


def test_each_step_survives_a_full_disk(small_disk: Path) -> None:
    with torn_down(context(small_disk / "s")) as ctx:
        failed = []
        for leaving_kib in (0, 60, 400, 9_000, 30_000):
            ballast = fill(small_disk, leaving_kib)
            with pytest.raises(PingvasError) as failure:
                bring(ctx, STEPS)
            failed.append(failure.value)
            ballast.unlink()
            assert half_done(ctx) == []
        assert {each.code for each in failed} <= {
            "steps.system_refuses",
            "release.build_fails",
            "local.initdb_fails",
            "local.supervisor_fails",
        }
        assert all("space" in str(each.params["detail"]) for each in failed)
        assert len({each.where for each in failed}) > 1
        bring(ctx, STEPS)
        assert all(isinstance(step.inspect(ctx), Present) for step in STEPS)
