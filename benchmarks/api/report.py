"""The tables: what each contender did, and our ratios against the goals."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.api.submit import Result

Results = Mapping[tuple[str, int], Result]
BUSY = 32


def print_submits(results: Results, rounds: int, seconds: int) -> bool:
    """Print; whether a goal is missed."""
    print(f"POST /v1/generations: medians of {rounds} interleaved rounds of {seconds} s")
    print("CPU: processor time for a request in microseconds, of the program and of its servers")
    print(
        f"{'':<8}{'clients':>8}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}"
        f"{'CPU':>7}{'servers':>9}{'jobs written':>14}"
    )
    for one in results.values():
        print(
            f"{one.name:<8}{one.clients:>8}{one.per_second:>9.0f}{one.p50_ms:>9.2f}{one.p99_ms:>9.2f}"
            f"{one.program_us:>7.0f}{one.servers_us:>9.0f}{one.written:>14}"
        )
    ours, bare, orm = (results[name, BUSY] for name in ("ours", "bare", "orm"))
    return any(
        [
            missed("requests/s, ours to bare", ours.per_second / bare.per_second, 0.85),
            missed("requests/s, ours to the ORM", ours.per_second / orm.per_second, 4.0),
            missed("p99, ours to the ORM", ours.p99_ms / orm.p99_ms, 0.3, at_most=True),
        ]
    )


def missed(what: str, ratio: float, goal: float, *, at_most: bool = False) -> bool:
    """Print a ratio beside its goal; whether the goal is missed."""
    is_met = ratio <= goal if at_most else ratio >= goal
    sign, verdict = "<=" if at_most else ">=", "ok" if is_met else "MISSED"
    print(f"{what:<40}{ratio:6.2f}x (goal {sign} {goal}x) {verdict}")
    return not is_met
