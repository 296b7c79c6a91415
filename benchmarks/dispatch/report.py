"""The figures as a table, and each goal with what was reached."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from benchmarks.dispatch.contenders import BARE, OURS, Contender
from benchmarks.dispatch.measure import Figures, median

HEAD = (
    f"{'':10}{'processed/s':>22}{'single/s':>10}{'batch/s':>10}"
    f"{'p50 ms':>8}{'p95':>8}{'p99':>8}{'n':>6}{'lost':>6}{'twice':>6}\n"
)


def table(contenders: Sequence[Contender], figures: Mapping[str, Figures]) -> str:
    """Medians over the rounds; the span of processed jobs per second beside them."""
    return HEAD + "".join(_line(each.name, figures[each.name]) for each in contenders)


def goals(contenders: Sequence[Contender], figures: Mapping[str, Figures], deep: Figures) -> str:
    """One line for each goal."""
    ours = figures[OURS.name]
    rate = median(ours.processed)
    peers = [figures[each.name] for each in contenders if each not in (OURS, BARE)]
    peers = [peer for peer in peers if peer.waits_ms]  # those that worked
    lines = [
        _goal(
            f"processed / {each.name}", rate / median(figures[each.name].processed), each.at_least
        )
        for each in contenders
        if each != OURS
    ]
    if peers:
        best = {
            name: max(median(getattr(peer, name)) for peer in peers) for name in ("single", "batch")
        }
        lines += [
            _goal("enqueue single / best peer", median(ours.single) / best["single"], 1.2),
            _goal("enqueue batch / best peer", median(ours.batch) / best["batch"], 1.2),
        ]
        quickest = min(peer.wait_ms(0.5) for peer in peers)
        lines.append(_goal("idle wait p50 / best peer", ours.wait_ms(0.5) / quickest, 0.95, False))
    if deep.processed:
        slow = median(deep.processed) / rate
        lines.append(_goal("2,000 tenants, deep backlog / 50", slow, 0.9))
    return "\n" + "".join(lines)


def _goal(name: str, reached: float, wanted: float | None, is_least: bool = True) -> str:
    if wanted is None:
        return f"{name:36}{reached:8.2f}  no goal\n"
    met = reached >= wanted if is_least else reached <= wanted
    sign = ">=" if is_least else "<="
    return f"{name:36}{reached:8.2f}  goal {sign} {wanted:<6g}{'met' if met else 'MISSED'}\n"


def _line(name: str, figures: Figures) -> str:
    low = min(figures.processed, default=math.nan)
    high = max(figures.processed, default=math.nan)
    span = f"{median(figures.processed):,.0f} [{low:,.0f}-{high:,.0f}]"
    quantiles = "".join(f"{figures.wait_ms(part):8.2f}" for part in (0.5, 0.95, 0.99))
    counts = "".join(
        f"{'-' if value is None else value:>6}" for value in (figures.lost, figures.doubled)
    )
    return (
        f"{name:10}{span:>22}{median(figures.single):10,.0f}{median(figures.batch):10,.0f}"
        f"{quantiles}{len(figures.waits_ms):6}{counts}\n"
    )
