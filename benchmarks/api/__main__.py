"""Run the comparisons and print tables of ratios: `python -m benchmarks.api [ROUNDS] [SECONDS]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.api import layers, load, rls, signing
from benchmarks.api.contenders import ours, rival, rivals_environment
from benchmarks.api.ground import prepared
from benchmarks.api.report import print_submits
from benchmarks.api.submit import measure


def main() -> int:
    """Measure all, and fail when a goal is missed or could not be measured."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory(prefix="pingvas-benchmark-", dir=memory()) as name:
        missed = [_submits(Path(name), rounds, seconds), rls.run(), signing.run()]
    return int(any(missed))


def memory() -> str | None:
    """A folder in memory, so that neighbours of the disk disturb no side, where there is one."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of its own


def _submits(folder: Path, rounds: int, seconds: int) -> bool:
    if not load.is_there():
        print("MISSED: submits are not measured, wrk is not installed (apt-get install wrk)")
        return True
    environment = rivals_environment(folder / "rivals")
    with prepared(folder) as ground:
        load.write_tokens(folder, ground.tokens())
        names = ("bare", "orm")
        contenders = [ours(ground), *(rival(ground, environment, each) for each in names)]
        results = measure(ground, contenders, rounds, seconds)
        is_missed = print_submits(results, rounds, seconds)
        ground.clear()
        layers.run(ground)
    return is_missed


if __name__ == "__main__":
    sys.exit(main())
