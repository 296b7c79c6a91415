"""The few lines that every contender's program needs; standard library alone."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# As long as the JSON of a generation job.
PADDING = "x" * 150
PAUSE_S = 0.01
REST_S = 0.005
# Of every peer's job: its number, and padding.
Arguments = tuple[int, str]


class Meter:
    """What the no-op job does: counts, and remembers when jobs began, on the machine's clock."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.began: list[tuple[int, float]] = []

    def start(self, number: int) -> bool:
        """A job began; True when it was the last."""
        self.began.append((number, time.monotonic()))
        return self.is_over

    @property
    def is_over(self) -> bool:
        return len(self.began) >= self.wanted

    def told(self) -> dict[str, Any]:
        """The seconds from the first start to the last, and all of them."""
        return {"seconds": self.began[-1][1] - self.began[0][1], "times": self.began}

    def leave(self) -> None:
        """Some peers have no way to end by themselves."""
        tell(self.told())
        os._exit(0)


def tell(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def note(path: str, number: int) -> None:
    """This job ran; a write of one line to a file that was opened to append is atomic."""
    with Path(path).open("ab", buffering=0) as file:
        file.write(f"{number}\n".encode())


async def timed(work: Awaitable[object]) -> None:
    begun = time.monotonic()
    await work
    tell({"seconds": time.monotonic() - begun})


async def sent(count: int, send: Callable[[int], Awaitable[object]]) -> None:
    """Send one job after the other at some distance, and tell when each went."""
    times = []
    for number in range(count):
        await asyncio.sleep(PAUSE_S)
        times.append((number, time.monotonic()))
        await send(number)
    tell({"times": times})


def arguments() -> Sequence[str]:
    """URL, verb, number or path, and tenants."""
    return [*sys.argv[1:], "50"][:4]


@dataclass(frozen=True)
class Peer:
    """What a peer's program is made of. `put_many` is None where there is no such call.

    `serve` takes jobs for ever and gives their number to `Job.run`.
    """

    put: Callable[[int, str], Awaitable[object]]
    serve: Callable[[], Awaitable[object]]
    put_many: Callable[[Sequence[Arguments]], Awaitable[object]] | None = None
    open: Callable[[], Awaitable[object]] | None = None


class Job:
    """The one job of every peer; what it does depends on the verb."""

    meter: Meter | None = None
    path = ""

    @classmethod
    def begin(cls, number: int) -> None:
        """Count it, or write it down; ends the process after the last."""
        if cls.meter is None:
            note(cls.path, number)
        elif cls.meter.start(number):
            cls.meter.leave()

    @classmethod
    async def run(cls, number: int, _padding: str) -> None:
        cls.begin(number)
        if cls.meter is None:
            await asyncio.sleep(REST_S)

    @classmethod
    def run_in_thread(cls, number: int, _padding: str) -> None:
        cls.begin(number)
        if cls.meter is None:
            time.sleep(REST_S)


async def play(peer: Peer) -> None:
    """Do what the command line says."""
    _, verb, what, _ = arguments()
    if peer.open:
        await peer.open()
    if verb in PUT:
        jobs = [(number, PADDING) for number in range(int(what))]
        await timed(PUT[verb](peer, jobs))
    elif verb == "send":
        await sent(int(what), lambda number: peer.put(number, PADDING))
    else:
        Job.meter = Meter(int(what)) if verb in ("work", "listen") else None
        Job.path = what
        await peer.serve()
    os._exit(0)  # some libraries hang or crash while their event loop is closed


async def _put(peer: Peer, jobs: Sequence[Arguments]) -> None:
    for job in jobs:
        await peer.put(*job)


async def _put_batches(peer: Peer, jobs: Sequence[Arguments]) -> None:
    """By 500; a hundred single calls at once where there is no such call."""
    for start in range(0, len(jobs), 500):
        some = jobs[start : start + 500]
        if peer.put_many:
            await peer.put_many(some)
            continue
        for first in range(0, len(some), 100):
            await asyncio.gather(*(peer.put(*job) for job in some[first : first + 100]))


PUT = {"single": _put, "batch": _put_batches}
