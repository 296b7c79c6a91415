"""The measure itself."""

from __future__ import annotations

import pytest

from tests.services.chaos.stalls import Job, longest_stall

JOBS = [Job("a", 0, 1), Job("b", 0, 2), Job("c", 0, 5), Job("d", 9, 10)]


@pytest.mark.parametrize(
    ("since", "until", "stall_s"),
    [
        pytest.param(1.5, 20, 3, id="between two ends"),
        pytest.param(3, 20, 2, id="a strike in the middle counts from there"),
        pytest.param(1.5, 4, 2, id="what follows belongs to the next strike"),
        pytest.param(6, 20, 1, id="without open jobs nothing stalls"),
        pytest.param(11, 20, 0, id="after the last end"),
    ],
)
def test_the_longest_stall(since: float, until: float, stall_s: float) -> None:
    assert longest_stall(JOBS, since, until) == stall_s
