"""Wall time of processes, taken in turns so that a busy moment hits every contender alike.

What a run needs is laid out before the clock starts.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Argv = list[str]


def _nothing() -> None:
    """Most runs need nothing."""


@dataclass
class Contender:
    """A command, what comes before each of its runs, and the seconds that they took."""

    name: str
    argv: Argv
    before: Callable[[], None] = _nothing
    seconds: list[float] = field(default_factory=list)

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000


@dataclass(frozen=True)
class Comparison:
    """Ours against another, and the most that it may be."""

    ours: Contender
    other: Contender
    goal: float

    @property
    def ratio(self) -> float:
        return self.ours.median_ms / self.other.median_ms


def run_in_turns(contenders: Sequence[Contender], rounds: int, environ: Mapping[str, str]) -> None:
    """One unmeasured round to fill the caches, then `rounds` rounds in changing order.

    Raises RuntimeError with what a run said when it failed; else nothing of it is shown.
    """
    for contender in contenders:
        _seconds(contender, environ)
    for number in range(rounds):
        shift = number % len(contenders)
        for contender in (*contenders[shift:], *contenders[:shift]):
            contender.seconds.append(_seconds(contender, environ))


def _seconds(contender: Contender, environ: Mapping[str, str]) -> float:
    contender.before()
    argv = contender.argv
    with tempfile.TemporaryFile() as words:
        silence = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, words.fileno(), 2),
        ]
        begun = time.perf_counter()
        process = os.posix_spawn(argv[0], argv, environ, file_actions=silence)
        _, status = os.waitpid(process, 0)
        elapsed = time.perf_counter() - begun
        if os.waitstatus_to_exitcode(status) != 0:
            words.seek(0)
            said = words.read().decode(errors="replace")
            raise RuntimeError(f"{' '.join(argv)}: {said}")
    return elapsed
