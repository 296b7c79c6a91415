"""Run the comparison and print a table of ratios: `python -m benchmarks.cli [ROUNDS]`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.cli.environments import TREE, Environment, make, peer_tree, wheel_of
from benchmarks.cli.measure import Comparison, Contender, run_in_turns
from pingvas_cli.app import COMMANDS
from pingvas_cli.commandline import Contents


def main() -> int:
    """Measure, print, and fail when a goal is missed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    with tempfile.TemporaryDirectory(prefix="pingvas-benchmark-") as name:
        comparisons = list(_comparisons(Path(name)))
        _measure(comparisons, rounds, Path(name))
    _print(comparisons, rounds)
    return int(any(one.ratio > one.goal for one in comparisons))


def _comparisons(folder: Path) -> Iterator[Comparison]:
    environment = _installed(folder)
    ours = environment.program("pingvas")
    bare = Contender("python -c pass", [environment.python, "-c", "pass"])
    typer = Contender("bare Typer --help", [environment.program("bare-typer"), "--help"])
    yield Comparison(Contender("pingvas --version", [ours, "--version"]), bare, 1.4)
    yield Comparison(Contender("pingvas --help", [ours, "--help"]), typer, 1.1)
    aws = _aws(folder / "aws")
    if aws is not None and "config" in COMMANDS:
        version = Contender("aws --version", [aws.program("aws"), "--version"])
        yield Comparison(Contender("pingvas config show", [ours, "config", "show"]), version, 0.6)


def _installed(folder: Path) -> Environment:
    wheels = folder / "wheels"
    wheels.mkdir()
    peer = peer_tree(folder / "peer", list(_names(COMMANDS)))
    return make(folder / "ours", [str(wheel_of(TREE, wheels)), str(wheel_of(peer, wheels))])


def _names(contents: Contents, prefix: str = "") -> Iterator[str]:
    for name, below in contents.items():
        yield f"{prefix}{name}"
        if not isinstance(below, str):
            yield from _names(below, f"{prefix}{name}-")


def _aws(folder: Path) -> Environment | None:
    try:
        return make(folder, ["awscli"])
    except subprocess.CalledProcessError:
        print("skipped: awscli could not be installed, so there is nothing to compare with")
        return None


def _measure(comparisons: Sequence[Comparison], rounds: int, folder: Path) -> None:
    contenders = [one for pair in comparisons for one in (pair.ours, pair.other)]
    environ = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8"}
    os.chdir(folder)
    run_in_turns(contenders, rounds, environ)
    os.chdir(TREE)


def _print(comparisons: Sequence[Comparison], rounds: int) -> None:
    print(f"medians of {rounds} interleaved runs, bytecode compiled on both sides")
    for one in comparisons:
        verdict = "ok" if one.ratio <= one.goal else "MISSED"
        print(
            f"{one.ours.name:<20} {one.ours.median_ms:7.1f} ms   "
            f"{one.other.name:<18} {one.other.median_ms:7.1f} ms   "
            f"{one.ratio:5.2f}x (goal <= {one.goal}x) {verdict}"
        )


if __name__ == "__main__":
    sys.exit(main())
