"""An ETA is a span with its grounds: fair shares, workers, what was measured; or none."""

import pytest

from services.generation.eta import Forecast, Load, Wish
from services.generation.schemas.generations import Eta

TINY = frozenset({"tiny"})


def load(user: str, units: float, **changes: object) -> Load:
    values = {"weight": 1.0, "lane": "tiny", "waiting_jobs": 1, "running_units": 0.0}
    return Load(user=user, waiting_units=units, **{**values, **changes})  # type: ignore[arg-type]


def wish(units: float = 10, **changes: object) -> Wish:
    values = {"user": "me", "weight": 1.0, "lane": "tiny", "running_at_most": 8}
    return Wish(units=units, **{**values, **changes})  # type: ignore[arg-type]


def forecast(*loads: Load, workers: int = 1) -> Forecast:
    return Forecast(loads, [TINY] * workers, {"tiny": [2.0, 2.0, 2.0]})


def test_nothing_is_said_of_what_is_not_known() -> None:
    assert Forecast([], [TINY], {}).eta(wish()) is None
    assert Forecast([], [], {"tiny": [1.0]}).eta(wish()) is None
    assert Forecast([], [TINY], {"tiny": [1.0]}).eta(wish(lane="other")) is None
    assert Forecast([], [], {}).next_place_s(wish()) is None


def test_an_idle_platform_begins_at_once() -> None:
    eta = forecast().eta(wish(10))
    assert eta is not None
    assert (eta.starts_in.earliest_s, eta.starts_in.latest_s) == (0, 0)
    assert eta.finishes_in.latest_s == 20
    assert (eta.workers, eta.finished_jobs, eta.seconds_per_megapixel_step) == (1, 3, 2.0)


def test_a_flood_of_another_goes_first_only_as_far_as_its_share() -> None:
    eta = forecast(load("flood", 100_000)).eta(wish(10))
    assert eta is not None
    assert eta.starts_in.latest_s == 20, "as much as the job itself"


def test_a_heavier_tier_waits_less_and_a_lighter_one_more() -> None:
    crowd = forecast(load("other", 100_000))
    heavy, light = crowd.eta(wish(10, weight=4.0)), crowd.eta(wish(10, weight=0.5))
    assert heavy is not None
    assert light is not None
    assert (heavy.starts_in.latest_s, light.starts_in.latest_s) == (5, 40)


def test_small_waits_are_counted_as_they_are() -> None:
    eta = forecast(load("a", 1), load("b", 2), load("flood", 900)).eta(wish(10))
    assert eta is not None
    assert eta.starts_in.latest_s == 2 * (1 + 2 + 10)


def test_own_jobs_go_first_and_workers_share() -> None:
    alone = forecast(load("me", 30, waiting_jobs=3)).eta(wish(10))
    shared = forecast(load("me", 30, waiting_jobs=3), workers=3).eta(wish(10))
    assert alone is not None
    assert shared is not None
    assert (alone.starts_in.latest_s, shared.starts_in.latest_s) == (60, 20)


def test_a_limit_of_running_jobs_makes_own_jobs_wait_for_each_other() -> None:
    eta = forecast(load("me", 30), workers=3).eta(wish(10, running_at_most=1))
    assert eta is not None
    assert (eta.starts_in.earliest_s, eta.starts_in.latest_s) == (20, 60)


def test_a_job_that_waits_already_does_not_wait_for_itself() -> None:
    eta = forecast(load("me", 30, waiting_jobs=3)).eta(wish(10, units_ahead=10))
    assert eta is not None
    assert eta.starts_in.latest_s == 20


def test_other_lanes_of_the_same_workers_and_what_runs_count_for_the_latest() -> None:
    workers = [frozenset({"tiny", "other"})]
    loads = [load("a", 5, lane="other"), load("b", 0, running_units=4.0)]
    eta = Forecast(loads, workers, {"tiny": [2.0, 2.0]}).eta(wish(10))
    assert eta is not None
    assert (eta.starts_in.earliest_s, eta.starts_in.latest_s) == (0, 14)


def test_the_span_grows_with_what_was_measured() -> None:
    eta = Forecast([], [TINY], {"tiny": [1.0, 1.0, 2.0, 3.0, 8.0]}).eta(wish(10))
    assert eta is not None
    assert eta.finishes_in.earliest_s < 20 < eta.finishes_in.latest_s


@pytest.mark.parametrize(("jobs", "expected"), [(1, 30), (3, 10)])
def test_a_place_is_free_when_the_first_of_the_waiting_begins(jobs: int, expected: float) -> None:
    crowd = forecast(load("me", 15, waiting_jobs=jobs), load("other", 1_000))
    assert crowd.next_place_s(wish()) == pytest.approx(expected)


@pytest.mark.parametrize("share", [1, 40, 10_000])
def test_jobs_counted_in_later_are_as_those_that_were_there(share: float) -> None:
    """More persons than are kept unsorted, new ones and known ones, in two lanes."""
    before = [load(f"p{number}", 3 * number, weight=1.0 + number % 3) for number in range(80)]
    after = [
        load(f"p{number}", 7, weight=1.0 + number % 3, lane=("tiny", "other")[number % 2])
        for number in (*range(40, 240), *range(60))
    ]
    lanes, speeds = [frozenset({"tiny", "other"})], {"tiny": [2.0], "other": [3.0]}
    grown = Forecast(before, lanes, speeds)
    asked = [wish(share), wish(share, user="p50"), wish(share, lane="other")]
    for each in asked:
        grown.eta(each)
    for number, late in enumerate(after):
        grown.count(late)
        if number in (0, 50, len(after) - 1):
            anew = Forecast([*before, *after[: number + 1]], lanes, speeds)
            assert [spans(grown.eta(one)) for one in asked] == [
                pytest.approx(spans(anew.eta(one))) for one in asked
            ]
            assert grown.next_place_s(asked[1]) == pytest.approx(anew.next_place_s(asked[1]))


def spans(eta: Eta | None) -> list[float]:
    assert eta is not None
    return [
        *(eta.starts_in.earliest_s, eta.starts_in.latest_s),
        *(eta.finishes_in.earliest_s, eta.finishes_in.latest_s, eta.seconds_ahead),
    ]
