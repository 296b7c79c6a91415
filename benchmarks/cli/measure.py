"""Wall time of processes, taken in turns so that a busy moment hits every contender alike."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Argv = list[str]


@dataclass
class Contender:
    """A command and the seconds each of its runs took."""

    name: str
    argv: Argv
    seconds: list[float] = field(default_factory=list)

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000


def run_in_turns(contenders: Sequence[Contender], rounds: int, environ: Mapping[str, str]) -> None:
    """One unmeasured round to fill the caches, then `rounds` rounds in changing order."""
    for contender in contenders:
        _seconds(contender.argv, environ)
    for number in range(rounds):
        shift = number % len(contenders)
        for contender in (*contenders[shift:], *contenders[:shift]):
            contender.seconds.append(_seconds(contender.argv, environ))


def _seconds(argv: Argv, environ: Mapping[str, str]) -> float:
    silence = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    begun = time.perf_counter()
    process = os.posix_spawn(argv[0], argv, environ, file_actions=silence)
    _, status = os.waitpid(process, 0)
    elapsed = time.perf_counter() - begun
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(" ".join(argv))
    return elapsed
