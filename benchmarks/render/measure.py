"""Wall time of processes in turns; what a run needs is laid out before the clock starts."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


def _nothing() -> None:
    """Most runs need nothing."""


@dataclass
class Contender:
    """A command, what comes before each of its runs, and the seconds that they took."""

    name: str
    argv: list[str]
    before: Callable[[], None] = _nothing
    seconds: list[float] = field(default_factory=list)

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000


def run_in_turns(contenders: Sequence[Contender], rounds: int, environ: Mapping[str, str]) -> None:
    """One unmeasured round, then `rounds` rounds in changing order."""
    for contender in contenders:
        _seconds(contender, environ)
    for number in range(rounds):
        shift = number % len(contenders)
        for contender in (*contenders[shift:], *contenders[:shift]):
            contender.seconds.append(_seconds(contender, environ))


def _seconds(contender: Contender, environ: Mapping[str, str]) -> float:
    contender.before()
    os.sync()
    begun = time.perf_counter()
    subprocess.run(
        contender.argv, env=environ, check=True, stdin=subprocess.DEVNULL, capture_output=True
    )
    return time.perf_counter() - begun
