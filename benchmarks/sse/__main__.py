"""Run the comparison and print ratios: `python -m benchmarks.sse [SECONDS [ROUNDS]]`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.sse import measure
from benchmarks.sse.measure import Audience
from benchmarks.sse.servers import READER_CORE, Ground, ground, running

OURS, PEERS, FLOOR = "ours", ("starlette", "sse-starlette"), "asyncio"
AUDIENCES = (Audience(1_000, 1_000, 8), Audience(1_000, 1_000, 1), Audience(1_000, 20, 8))
GOALS = {"starlette": 1.2, "sse-starlette": 2.0}
CROWD = Audience(5_000, 20, 1)
MEMORY_GOAL = 0.5
FAST, SLOW = 200, 50


@dataclass
class Scores:
    """Deliveries a second of each contender in one setting, round by round."""

    audience: Audience
    of: dict[str, list[float]] = field(default_factory=dict)

    def median(self, name: str) -> float:
        return statistics.median(self.of[name])


def main() -> int:
    """Measure, print, and fail when a goal is missed."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    os.sched_setaffinity(0, {READER_CORE})
    with (
        tempfile.TemporaryDirectory(prefix="pingvas-benchmark-") as name,
        ground(Path(name)) as under,
    ):
        _print_versions(under)
        scores = _throughput(under, seconds, rounds)
        missed = sum(map(_print_scores, scores))
        missed += _memory(under)
        missed += _slow(under, seconds)
    return int(missed > 0)


def _throughput(under: Ground, seconds: float, rounds: int) -> Sequence[Scores]:
    scores = [Scores(audience) for audience in AUDIENCES]
    names = (OURS, *PEERS, FLOOR)
    with ExitStack() as stack:
        servers = [stack.enter_context(running(name, under)) for name in names]
        for number in range(rounds):
            for score in scores:
                shift = number % len(servers)
                for server in (*servers[shift:], *servers[:shift]):
                    rate = measure.throughput(server, score.audience, seconds)
                    score.of.setdefault(server.name, []).append(rate)
    return scores


def _print_scores(scores: Scores) -> int:
    print(f"\nevents/s, {scores.audience}: median [least-most]")
    for name, rates in scores.of.items():
        print(f"  {name:<14} {scores.median(name):9.0f} [{min(rates):.0f}-{max(rates):.0f}]")
    missed = 0
    for name, goal in GOALS.items():
        ratio = scores.median(OURS) / scores.median(name)
        missed += ratio < goal
        print(f"  ours / {name}: {ratio:.2f}x (goal >= {goal}x) {_verdict(ratio >= goal)}")
    floor = scores.median(OURS) / scores.median(FLOOR)
    print(f"  ours / bare transport.write, which the reader keeps up with: {floor:.2f}x")
    return missed


def _memory(under: Ground) -> int:
    found = {}
    for name in (OURS, *PEERS):
        with running(name, under) as server:
            found[name] = measure.memory_kb(server, CROWD)
    print(f"\nmemory of a client, {CROWD.clients} clients, kB")
    for name, kb in found.items():
        print(f"  {name:<14} {kb:9.1f}")
    ratio = found[OURS] / found["sse-starlette"]
    print(f"  ours / sse-starlette: {ratio:.2f}x (goal <= {MEMORY_GOAL}x) ", end="")
    print(_verdict(ratio <= MEMORY_GOAL))
    return int(ratio > MEMORY_GOAL)


def _slow(under: Ground, seconds: float) -> int:
    with running(OURS, under) as server:
        found = measure.slowness(server, FAST, SLOW, 3 * seconds)
    print(f"\n{FAST} fast clients, an event at a time, until the last of them has it: ms")
    for name, times in (("alone", found.alone_ms), (f"beside {SLOW} slow", found.beside_ms)):
        p99 = times[int(len(times) * 0.99)]
        print(f"  {name:<14} p50 {statistics.median(times):.1f}, p99 {p99:.1f}")
    is_met = found.have_latest and found.most_got_by_slow < found.published
    print(
        f"  the slow ones read nothing meanwhile; then at most {found.most_got_by_slow} of "
        f"{found.published}, with the latest and the end: {_verdict(is_met)}"
    )
    return int(not is_met)


def _print_versions(under: Ground) -> None:
    listed = [under.peers.python, "-m", "pip", "list", "--format", "freeze"]
    names = ("starlette", "sse-starlette", "uvicorn", "uvloop", "httptools", "redis", "hiredis")
    lines = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.splitlines()
    print("peers:", ", ".join(line for line in lines if line.partition("==")[0].lower() in names))


def _verdict(is_met: bool) -> str:
    return "ok" if is_met else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
