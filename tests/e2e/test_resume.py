"""Bootstrap killed after each step and inside the long ones: what it leaves is as if never killed.

One platform goes through all moments in order, so this costs about two bootstraps.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pingvas_cli.steps.journal import Journal
from tests.e2e.conftest import Bootstrapped
from tests.e2e.end_state import EndState, end_state
from tests.e2e.interruption import Moment, kill_at, moments
from tests.e2e.own_platform import OwnPlatform, new_platform
from tests.e2e.test_bootstrap import APPLIED

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def interrupted() -> Iterator[OwnPlatform]:
    """A platform whose bootstrap nobody has begun yet."""
    platform = new_platform()
    try:
        yield platform
    finally:
        platform.destroy()


def test_a_killed_bootstrap_goes_on(interrupted: OwnPlatform, bootstrapped: Bootstrapped) -> None:
    missed = [moment for moment in moments() if not kill_at(interrupted, moment)]
    assert len(missed) <= 3, [str(moment) for moment in missed]
    interrupted.pingvas("bootstrap")
    _compare(end_state(interrupted), bootstrapped.end_state)
    # A step that was killed while it waited may be there by the time of the next run.
    records = list(Journal(interrupted.layout.journal).records())
    assert {record.outcome for record in records} == {"done"}
    assert {record.slug for record in records} <= set(APPLIED)


def test_after_that_nothing_is_left_to_do(interrupted: OwnPlatform) -> None:
    assert interrupted.data("bootstrap")["applied"] == []


def test_a_kill_in_the_middle_of_start(
    interrupted: OwnPlatform, bootstrapped: Bootstrapped
) -> None:
    interrupted.pingvas("stop")
    for slug in ("supervisor", "database", "cache-prod", "object-store", "dev-services"):
        kill_at(interrupted, Moment(slug, "done"))
    interrupted.pingvas("start")
    _compare(end_state(interrupted), bootstrapped.end_state)


def test_destroy_leaves_nothing(interrupted: OwnPlatform) -> None:
    interrupted.pingvas("destroy", "--yes")
    interrupted.check_gone()


def _compare(found: EndState, undisturbed: EndState) -> None:
    assert found.unfinished == ()
    assert found.differences(undisturbed) == {}
