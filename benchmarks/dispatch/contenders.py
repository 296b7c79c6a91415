"""Who takes part, with what, and what we want to be of each."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from benchmarks.cli.environments import make

PROGRAMS: Final = Path(__file__).parent / "programs"
TREE: Final = Path(__file__).parents[2]


@dataclass(frozen=True)
class Contender:
    """`at_least` is the goal for our processed jobs per second as a multiple of this one's; None:
    none was set for it as it runs here. Several may share a program and its environment, with
    different `settings` (environment variables).
    """

    name: str
    requirements: Sequence[str] = ()
    at_least: float | None = None
    newest_python: bool = False
    program: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    python: str = field(default=sys.executable)

    @property
    def home(self) -> str:
        """The name of its program, and of the folder of its environment."""
        return self.program or self.name

    def command(self, url: str, *words: str) -> list[str]:
        """`program.py URL VERB WHAT [TENANTS]`."""
        if not self.requirements:
            return [self.python, "-m", f"benchmarks.dispatch.programs.{self.home}", url, *words]
        return [self.python, str(PROGRAMS / f"{self.home}.py"), url, *words]

    def environ(self) -> Mapping[str, str]:
        """Peers see nothing of this tree."""
        own = {"PYTHONPATH": str(TREE)} if not self.requirements else {}
        return {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **own, **self.settings}


OURS: Final = Contender("ours")
BARE: Final = Contender("bare", at_least=0.3)
ARQ: Final = ("arq", "hiredis")
PEERS: Final = (
    Contender("ardiq", ("ardiq", "redis", "hiredis"), 3, newest_python=True),
    Contender("taskiq", ("taskiq", "taskiq-redis", "hiredis"), 8),
    Contender("saq", ("saq[redis]", "hiredis", "typing_extensions"), 15),
    Contender("dramatiq", ("dramatiq[redis]", "hiredis"), 15),
    # The goal was read off arq as it comes; that it is much faster when it polls often is told too.
    Contender("arq", ARQ, 25),
    Contender("arq-often", ARQ, program="arq", settings={"POLL_S": "0.01"}),
    Contender("streaq", ("streaq",), 25),
    Contender("celery", ("celery[redis]", "hiredis"), 25),
)


def prepared(folder: Path, names: Sequence[str], newest: str | None) -> list[Contender]:
    """Ours, the floor and the chosen peers, each with its environment; one that was made before
    is used again. Without a Python of 3.12 or later those that need one are left out, and told.
    """
    chosen = [peer for peer in PEERS if not names or {peer.name, peer.home} & set(names)]
    found = [OURS, BARE]
    for peer in chosen:
        python = newest if peer.newest_python else sys.executable
        if python is None:
            sys.stderr.write(f"{peer.name} needs Python 3.12 or later and is left out\n")
            continue
        home = folder / peer.home
        if not (home / "bin" / "python").exists():
            make(home, peer.requirements, python=python)
        found.append(replace(peer, python=str(home / "bin" / "python")))
    return found
