"""Every second of the device belongs to one state."""

from __future__ import annotations

from collections import Counter

from worker.device_clock import BUSY, COLD, WARM_IDLE, DeviceClock


def test_loading_beside_pictures_costs_the_device_nothing() -> None:
    told: Counter[str] = Counter()
    seen = []

    def spend(state: str, seconds: float) -> None:
        assert seconds >= 0
        told[state] += 1
        seen.append(state)

    clock = DeviceClock(spend)
    with clock.loading():
        assert clock.state == COLD
        with clock.busy():
            assert clock.state == BUSY
        assert clock.state == COLD
    clock.settle()
    assert clock.state == WARM_IDLE
    assert seen == [WARM_IDLE, COLD, BUSY, COLD, WARM_IDLE]


def test_all_of_the_time_is_told() -> None:
    told: list[float] = []
    clock = DeviceClock(lambda _state, seconds: told.append(seconds))
    begun = clock._since
    for _ in range(3):
        with clock.busy():
            pass
    clock.settle()
    assert abs(sum(told) - (clock._since - begun)) < 1e-6
