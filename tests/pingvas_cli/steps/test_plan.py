"""A plan says what would be done; a selection is a part of the sequence."""

from __future__ import annotations

import pytest

from pingvas_cli.errors import UsageError
from pingvas_cli.steps.plan import State, make_plan, select
from tests.pingvas_cli.steps.world import Add, World

STEPS = (Add("a"), Add("b"), Add("c"), Add("d"))


def slugs(**asked: str | None) -> str:
    return "".join(step.slug for step in select(STEPS, **asked))


def test_a_plan_inspects_and_changes_nothing() -> None:
    world = World(facts={"a"})
    plan = make_plan((*STEPS[:2], Add("e", drifts=True)), world)
    assert [entry.state for entry in plan] == [State.PRESENT, State.ABSENT, State.DRIFTED]
    assert [bool(entry.preview) for entry in plan] == [False, True, True]
    assert plan[2].why is not None
    assert world.applied == []


def test_selections() -> None:
    assert slugs() == "abcd"
    assert slugs(start="b") == "bcd"
    assert slugs(until="b") == "ab"
    assert slugs(start="b", until="c") == "bc"
    assert slugs(only="c") == "c"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"start": "x"}, "steps.unknown"),
        ({"only": "x"}, "steps.unknown"),
        ({"only": "a", "until": "b"}, "steps.only_alone"),
        ({"start": "c", "until": "b"}, "steps.empty_selection"),
    ],
)
def test_selections_that_make_no_sense(asked: dict[str, str], code: str) -> None:
    with pytest.raises(UsageError) as refusal:
        select(STEPS, **asked)
    assert refusal.value.code == code
