"""POST /v1/generations: ours beside a bare handler and an ORM's, in interleaved rounds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

from benchmarks.api.contenders import Contender, running
from benchmarks.api.ground import Ground, Written
from benchmarks.api.load import Load, send

CLIENTS = (32, 1)
WARM_S = 1
WARM_CLIENTS = 8
WARM_REQUESTS = 600


@dataclass(frozen=True)
class Work:
    """Processor time for one request: of the contender, and of PostgreSQL and Valkey."""

    program_us: float
    servers_us: float


@dataclass
class Result:
    """The runs of one contender at one number of clients."""

    name: str
    clients: int
    loads: list[Load] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    written: int = 0

    @property
    def per_second(self) -> float:
        return statistics.median(load.per_second for load in self.loads)

    @property
    def p50_ms(self) -> float:
        return statistics.median(load.p50_us for load in self.loads) / 1000

    @property
    def p99_ms(self) -> float:
        return statistics.median(load.p99_us for load in self.loads) / 1000

    @property
    def program_us(self) -> float:
        return statistics.median(each.program_us for each in self.work)

    @property
    def servers_us(self) -> float:
        return statistics.median(each.servers_us for each in self.work)


def measure(
    ground: Ground, contenders: Sequence[Contender], rounds: int, seconds: int
) -> dict[tuple[str, int], Result]:
    """All contenders in each round, each time another one first."""
    results = {
        (each.name, clients): Result(each.name, clients)
        for clients in CLIENTS
        for each in contenders
    }
    for number in range(rounds):
        shift = number % len(contenders)
        for contender in (*contenders[shift:], *contenders[:shift]):
            for clients in CLIENTS:
                result = results[contender.name, clients]
                _run(ground, contender, result, f"{number}-{clients}-", seconds)
    return results


def _run(ground: Ground, contender: Contender, result: Result, run: str, seconds: int) -> None:
    ground.clear()
    with running(contender, ground.folder) as one:
        clients = result.clients
        answers, unanswered = _warm(ground, one.address, run, clients)
        ground.settle()
        before = _cpu_s([one.process]), _cpu_s(ground.servers)
        load = send(one.address, ground.folder, run, clients=clients, seconds=seconds)
        after = _cpu_s([one.process]), _cpu_s(ground.servers)
        program, servers = (
            (end - begin) / load.requests * 1e6 for begin, end in zip(before, after, strict=True)
        )
        result.work.append(Work(program, servers))
        result.written += _prove(ground, answers + load.requests, unanswered + clients).jobs
    result.loads.append(load)


def _warm(ground: Ground, address: str, run: str, clients: int) -> tuple[int, int]:
    """Until everybody's token and every connection has been used, as after a minute of work.

    Answers, and the most requests that may have been left without one.
    """
    answers = unanswered = 0
    while answers < WARM_REQUESTS:
        name, many = f"warm-{answers}-{run}", max(clients, WARM_CLIENTS)
        answers += send(address, ground.folder, name, clients=many, seconds=WARM_S).requests
        unanswered += many
    return answers, unanswered


def _prove(ground: Ground, answers: int, unanswered: int, patience_s: float = 20) -> Written:
    """Each answer has its job, hold and queue entry; some wrote whom wrk left without an answer."""
    deadline = time.monotonic() + patience_s
    while True:
        written = ground.written()
        is_whole = written.jobs == written.holds == written.pairs == written.entries
        if is_whole and answers <= written.jobs <= answers + unanswered:
            return written
        if time.monotonic() > deadline:
            raise RuntimeError(f"{answers} answers, but {written}")
        time.sleep(0.1)


def _cpu_s(processes: Sequence[psutil.Process]) -> float:
    """Processor seconds of the processes and their children until now."""
    family = [each for one in processes for each in (one, *one.children(recursive=True))]
    spent_s = 0.0
    for each in family:
        with suppress(psutil.NoSuchProcess):  # it ended just now
            spent_s += sum(each.cpu_times()[:2])
    return spent_s
