"""The runner brings every step to Present, waits where a step waits, and stops where one fails."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from pingvas_cli.errors import PingvasError
from pingvas_cli.steps.journal import Journal, Record
from pingvas_cli.steps.observer import Outcome
from pingvas_cli.steps.plan import make_plan
from pingvas_cli.steps.runner import MOST_TRIES, Runner, Summary
from pingvas_cli.steps.step import Applied, Inspection
from tests.pingvas_cli.steps.world import Add, Counter, Seen, World


class Stage:
    """One world and a runner over it."""

    def __init__(self, folder: Path) -> None:
        self.world, self.seen, self.clock = World(), Seen(), Counter()
        self.journal = Journal(folder / "journal.ndjson")

    def run(self, *steps: Add) -> Summary:
        runner = Runner(self.world, self.journal, self.seen, self.clock)
        return runner.run(steps, make_plan(steps, self.world))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_steps_run_in_order_and_are_recorded(stage: Stage) -> None:
    summary = stage.run(Add("first"), Add("second"))
    assert summary.applied == ("first", "second")
    assert [record.slug for record in stage.journal.records()] == ["first", "second"]
    assert next(stage.journal.records()).outputs == {"fact": "first"}


def test_what_is_present_is_not_applied(stage: Stage) -> None:
    stage.world.facts.add("first")
    summary = stage.run(Add("first"), Add("second"))
    assert summary.applied == ("second",)
    assert stage.seen.ends[0] == ("first", Outcome.PRESENT)


def test_a_second_run_applies_nothing_and_records_nothing(stage: Stage) -> None:
    stage.run(Add("first"), Add("second"))
    before = list(stage.journal.records())
    assert stage.run(Add("first"), Add("second")).applied == ()
    assert list(stage.journal.records()) == before
    assert stage.world.applied == ["first", "second"]


def test_a_waiting_step_is_asked_again_after_its_time(stage: Stage) -> None:
    stage.run(Add("slow", asks=4))
    assert stage.world.applied == ["slow"] * 4
    assert stage.clock.elapsed == 3 * 2


def test_a_drifted_step_is_applied(stage: Stage) -> None:
    assert stage.run(Add("drifted", drifts=True)).applied == ("drifted",)


def test_patience_ends(stage: Stage) -> None:
    with pytest.raises(PingvasError) as failure:
        stage.run(Add("never", asks=10_000, patience_s=10))
    assert failure.value.code == "steps.timed_out"
    assert failure.value.where == "never"
    assert [record.outcome for record in stage.journal.records()] == ["failed"]


def test_done_without_a_result_is_a_failure(stage: Stage) -> None:
    with pytest.raises(PingvasError) as failure:
        stage.run(Add("liar", lies=True), Add("after"))
    assert failure.value.code == "steps.not_present"
    assert "after" not in stage.world.applied


def test_a_retryable_failure_is_tried_again(stage: Stage) -> None:
    stage.run(Add("shaky", failures=MOST_TRIES - 1))
    assert stage.world.applied == ["shaky"] * MOST_TRIES


def test_retries_end(stage: Stage) -> None:
    with pytest.raises(PingvasError):
        stage.run(Add("broken", failures=100))
    assert stage.world.applied == ["broken"] * MOST_TRIES


def test_a_final_failure_is_not_tried_again(stage: Stage) -> None:
    with pytest.raises(PingvasError):
        stage.run(Add("broken", failures=100, retryable=False))
    assert stage.world.applied == ["broken"]


def test_the_systems_refusal_is_a_failed_step(stage: Stage) -> None:
    class Full(Add):
        def apply(self, ctx: World) -> Applied:
            raise OSError(28, "No space left on device", "/disk")

    with pytest.raises(PingvasError) as failure:
        stage.run(Full("full"))
    assert failure.value.code == "steps.system_refuses"
    assert failure.value.where == "/disk"


def test_killed_after_apply_and_before_the_record_it_resumes(tmp_path: Path) -> None:
    """A child is killed when it would record; its work is on disk, and a rerun goes on."""

    class OnDisk(World):
        """Facts as files, so that they outlive the child."""

    class Touch(Add):
        def inspect(self, ctx: World) -> Inspection:
            if (tmp_path / self.slug).exists():
                ctx.facts.add(self.slug)
            return super().inspect(ctx)

        def apply(self, ctx: World) -> Applied:
            (tmp_path / self.slug).touch(exist_ok=False)
            return super().apply(ctx)

    class Deadly(Journal):
        def append(self, record: Record) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

    steps = (Touch("first"), Touch("second"))
    for _ in steps:
        child = os.fork()
        if child == 0:
            journal = Deadly(tmp_path / "journal.ndjson")
            Runner(OnDisk(), journal, Seen(), Counter()).run(steps, make_plan(steps, OnDisk()))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status)
        assert os.WTERMSIG(status) == signal.SIGKILL
    world = OnDisk()
    quiet = Journal(tmp_path / "journal.ndjson")
    summary = Runner(world, quiet, Seen(), Counter()).run(steps, make_plan(steps, world))
    assert summary.applied == ()
    assert world.facts == {"first", "second"}
