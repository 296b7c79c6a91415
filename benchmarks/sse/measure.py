"""What is measured: events a second, memory of a client, and what slow clients do to others."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.sse.publisher import Publisher
from benchmarks.sse.reader import Reader
from benchmarks.sse.servers import STREAM, Server

SETTLED_S = 0.3
SMALL_BUFFER_BYTES = 4_096
FLOOD = 64
STEP = re.compile(rb'"step": (\d+)')


@dataclass(frozen=True)
class Audience:
    """Clients in all, those of one person, and events that may be on their way at once."""

    clients: int
    of_one_person: int
    window: int

    def __str__(self) -> str:
        return f"{self.clients} clients, {self.of_one_person} a person, window {self.window}"


@contextmanager
def watching(server: Server, audience: Audience) -> Iterator[tuple[Reader, Publisher]]:
    """Clients that are connected and have had their first event."""
    on = server.ground
    jobs = dict(on.person_with_job() for _ in range(audience.clients // audience.of_one_person))
    publisher = Publisher(on.valkey_port, STREAM, jobs)
    reader = Reader(server.port)
    try:
        publisher.start()
        reader.connect(
            [server.request(user) for user in jobs for _ in range(audience.of_one_person)]
        )
        _settle(reader)
        reader.begin()
        publisher.advance()
        reader.until(audience.clients)
        _settle(reader)
        if set(reader.counts.values()) != {1}:
            raise RuntimeError(
                f"{server.name}: not everybody watches: {Counter(reader.counts.values())}"
            )
        reader.begin()
        yield reader, publisher
    finally:
        reader.close()
        publisher.close()


def throughput(server: Server, audience: Audience, seconds: float) -> float:
    """Deliveries a second; every event must have come to every client."""
    with watching(server, audience) as (reader, publisher):
        published = 0
        begun = time.perf_counter()
        while time.perf_counter() - begun < seconds:
            if published * audience.clients - reader.total < audience.window * audience.clients:
                publisher.advance()
                published += 1
                reader.poll(0)
            else:
                reader.poll(0.05)
        reader.until(published * audience.clients)
        elapsed = time.perf_counter() - begun
        _verify(server, reader, publisher, published)
    return published * audience.clients / elapsed


def memory_kb(server: Server, audience: Audience) -> float:
    """Resident memory of the server for each client, while an event comes every second."""
    warm = Audience(audience.of_one_person, audience.of_one_person, 1)
    with watching(server, warm):
        before = server.resident_kb()
    with watching(server, audience) as (reader, publisher):
        for number in range(1, 4):
            publisher.advance()
            reader.until(number * audience.clients)
        return (server.resident_kb() - before) / audience.clients


@dataclass(frozen=True)
class Slowness:
    """Milliseconds until all fast clients had an event, without and with slow ones beside them."""

    alone_ms: Sequence[float]
    beside_ms: Sequence[float]
    published: int
    most_got_by_slow: int
    have_latest: bool


def slowness(server: Server, fast: int, slow: int, seconds: float) -> Slowness:
    """Slow clients read nothing until the end; then they must have the latest, and the end.

    A flood fills what lies between, in the server's and the kernel's buffers, before we measure.
    """
    with watching(server, Audience(fast, fast, 1)) as (reader, publisher):
        alone = _latencies(reader, publisher, seconds)
        user, first = next(iter(publisher.jobs)), publisher.step
        late = Reader(server.port)
        late.connect([server.request(user)] * slow, receive_bytes=SMALL_BUFFER_BYTES)
        _flood(reader, publisher, seconds)
        beside = _latencies(reader, publisher, seconds)
        publisher.finish()
        _settle(late)
        steps = [int(step) for step in STEP.findall(bytes(late.sample))]
        has_latest = steps[-1] == publisher.step and b'"cancelled"' in late.sample
        late.close()
        most = max(late.counts.values())
    return Slowness(alone, beside, publisher.step - first, most, has_latest)


def _flood(reader: Reader, publisher: Publisher, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        reader.begin()
        for _ in range(FLOOD):
            publisher.advance()
        reader.until(FLOOD * len(reader.counts))


def _latencies(reader: Reader, publisher: Publisher, seconds: float) -> Sequence[float]:
    found = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        reader.begin()
        begun = time.perf_counter()
        publisher.advance()
        reader.until(len(reader.counts))
        found.append((time.perf_counter() - begun) * 1000)
    return sorted(found)


def _settle(reader: Reader) -> None:
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < SETTLED_S:
        if reader.poll(0.05) or len(reader.heard) < len(reader.sockets):
            quiet_since = time.monotonic()


def _verify(server: Server, reader: Reader, publisher: Publisher, published: int) -> None:
    if set(reader.counts.values()) != {published}:
        raise RuntimeError(f"{server.name}: not every event came to everybody")
    steps = [int(step) for step in STEP.findall(bytes(reader.sample))]
    if steps != list(range(publisher.step - published + 1, publisher.step + 1)):
        raise RuntimeError(f"{server.name}: events out of order")
