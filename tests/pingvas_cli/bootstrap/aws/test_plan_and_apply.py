"""The saved plan: approved by its digest, refused when stale, watched, and told when it fails."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pingvas_cli.bootstrap.aws.approval import Proposal, approve, proposal
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.bootstrap.aws.no_orphans import kept
from pingvas_cli.bootstrap.aws.remaining import remaining_s
from pingvas_cli.bootstrap.aws.sequence import AWS, AWS_DESTROY
from pingvas_cli.bootstrap.examined import Examined
from pingvas_cli.errors import Exit, Finding, Refused
from pingvas_cli.ports.terraform_root import (
    Action,
    Failure,
    Holder,
    Progress,
    ResourceChange,
    StateLock,
    Working,
)
from pingvas_cli.steps.step import StepFailed
from tests.pingvas_cli.bootstrap.aws.conftest import AwsWorld

PLACE = [step.slug for step in AWS].index("apply")
BEFORE, AFTER = AWS[:PLACE], AWS[PLACE:]
LOCK = StateLock("1-2", "ann@host", "OperationTypeApply", "2026-01-01 00:00:00 +0000 UTC")


def proposed(world: AwsWorld) -> Proposal:
    found = proposal(world.context(), Purpose.BOOTSTRAP)
    assert found is not None
    return found


def test_nothing_is_applied_without_a_yes(world: AwsWorld) -> None:
    world.run(BEFORE)
    with pytest.raises(Refused, match=r"bootstrap\.not_approved"):
        world.run(AFTER)
    assert world.root.there == set()


def test_a_yes_is_for_one_digest(world: AwsWorld) -> None:
    world.run(BEFORE)
    with pytest.raises(Refused, match=r"bootstrap\.approves_other"):
        approve(world.context(), Purpose.BOOTSTRAP, "0" * 64, "ann")


def test_a_yes_is_worth_nothing_for_the_next_plan(world: AwsWorld) -> None:
    world.run(BEFORE)
    world.approve()
    world.text, world.root.wanted = b"# two\n", {"module.network.aws_vpc.this"}
    world.run(BEFORE)
    with pytest.raises(Refused, match=r"bootstrap\.not_approved"):
        world.run(AFTER)


@pytest.mark.parametrize("change", ["files", "state", "age", "file"])
def test_a_stale_plan_is_refused(world: AwsWorld, change: str) -> None:
    world.run(BEFORE)
    world.approve()
    layout = world.context().layout
    match change:
        case "files":
            (layout.terraform_root / "more.tf").write_text("# by hand\n")
        case "state":
            world.root.serial += 1
        case "age":
            world.now += timedelta(minutes=61)
        case "file":
            layout.saved_plan(Purpose.BOOTSTRAP).write_text("another plan")
    with pytest.raises(Refused, match=r"bootstrap\.plan_stale"):
        world.run(AFTER[:1])
    assert "apply" not in world.root.commands


def test_a_stale_plan_is_made_anew_by_the_next_run(world: AwsWorld) -> None:
    world.run(BEFORE)
    world.wait(minutes=61)
    world.bring()
    assert world.root.there == world.root.wanted
    assert world.root.commands.count("plan") == 2


def test_drift_is_looked_for_after_an_hour(world: AwsWorld) -> None:
    world.bring()
    world.root.there.clear()
    assert world.bring() == ()
    world.wait(minutes=61)
    assert world.bring()[:2] == ("plan", "apply")
    assert world.root.there == world.root.wanted


def test_the_plan_is_private(world: AwsWorld) -> None:
    world.run(BEFORE)
    saved = world.context().layout.saved_plan(Purpose.BOOTSTRAP)
    assert saved.stat().st_mode & 0o777 == 0o600


def test_a_failed_resource_is_told_and_the_rest_planned_again(world: AwsWorld) -> None:
    world.run(BEFORE)
    world.approve()
    world.root.failing = Failure("module.keys.aws_kms_key.this", "AccessDenied", "no kms:CreateKey")
    with pytest.raises(StepFailed, match=r"bootstrap\.apply_fails") as caught:
        world.run(AFTER)
    (finding,) = caught.value.findings
    assert (finding.where, finding.params["summary"]) == (
        "module.keys.aws_kms_key.this",
        "AccessDenied",
    )
    world.root.failing = None
    world.wait(seconds=1)
    world.bring()
    assert world.root.there == world.root.wanted


def test_a_plan_that_fails_is_told(world: AwsWorld) -> None:
    world.root.failing = Failure("main.tf:3", "Unsupported argument")
    with pytest.raises(StepFailed, match=r"bootstrap\.plan_fails"):
        world.run(BEFORE)


def test_an_apply_that_goes_on_is_watched_to_its_end(world: AwsWorld) -> None:
    """Killed while Terraform works: the next process waits for it and applies nothing itself."""
    world.run(BEFORE)
    world.approve()
    world.root.looks = 3
    AFTER[0].apply(world.context())
    world.bring()
    assert world.root.commands.count("apply") == 1
    assert world.root.commands.count("plan") == 1


def test_an_apply_that_was_killed_is_planned_again(world: AwsWorld) -> None:
    world.run(BEFORE)
    world.approve()
    ctx = world.context()
    AFTER[0].apply(ctx)
    for run in world.root.results:
        world.root.results[run] = Progress(running=False)
    world.root.there.clear()
    world.bring()
    assert world.root.commands.count("plan") == 2
    assert world.root.there == world.root.wanted


def test_a_state_that_was_not_saved_is_saved_before_the_plan(world: AwsWorld) -> None:
    world.bring()
    world.root.unsaved, world.root.locked = True, LOCK
    world.wait(seconds=1)
    assert world.bring()[0] == "unsaved-state"
    assert world.root.commands[3:] == ["force-unlock", "state push", "plan"]


def test_a_lock_of_the_dead_is_taken_over(world: AwsWorld) -> None:
    world.root.locked = LOCK
    world.bring()
    assert world.root.commands.count("force-unlock") == 1
    assert world.root.there == world.root.wanted


def test_a_lock_of_another_machine_is_refused(world: AwsWorld) -> None:
    world.root.locked, world.root.lock_holder = LOCK, Holder.ELSEWHERE
    with pytest.raises(StepFailed, match=r"bootstrap\.state_locked") as caught:
        world.run(BEFORE)
    assert caught.value.params["who"] == "ann@host"


def test_a_lock_of_the_living_is_waited_for(world: AwsWorld) -> None:
    world.root.locked, world.root.lock_holder = LOCK, Holder.ALIVE
    with pytest.raises(StepFailed, match=r"steps\.timed_out"):
        world.run(BEFORE)
    assert "force-unlock" not in world.root.commands


def test_what_is_protected_is_refused_before_anything_goes(world: AwsWorld) -> None:
    world.bring()
    world.root.protected = set(world.root.there)
    with pytest.raises(Refused, match=r"bootstrap\.protected") as caught:
        world.bring(AWS_DESTROY)
    assert len(caught.value.findings) == 1
    assert world.root.there == world.root.wanted


def test_what_is_left_is_named(world: AwsWorld) -> None:
    world.bring()
    world.tagged.left = [("arn:aws:s3:::pingvas-terraform-state-123456789012", "arn:aws:sqs:left")]
    with pytest.raises(StepFailed, match=r"steps\.timed_out") as caught:
        world.bring(AWS_DESTROY)
    assert "arn:aws:sqs:left" in str(caught.value.params["reason"])
    assert "terraform-state" not in str(caught.value.params["reason"])
    assert caught.value.exit_code is Exit.FAILED
    world.tagged.left = [()]
    assert world.bring(AWS_DESTROY) == ()


def test_what_is_in_its_days_of_grace_or_a_last_backup_is_no_orphan(world: AwsWorld) -> None:
    world.bring()
    key = "arn:aws:kms:us-east-1:123456789012:key/1"
    last = "arn:aws:rds:us-east-1:123456789012:cluster-snapshot:pingvas-shared-aurora-final-0a"
    world.tagged.left, world.tagged.going = [(key, last)], frozenset({key})
    world.bring(AWS_DESTROY)
    assert kept(world.context()) == (last,)
    assert ("kubernetes.io/cluster/pingvas-shared-eks", "owned") in world.tagged.asked


def test_changes_are_summed_by_module(world: AwsWorld) -> None:
    world.root.there = {"module.cdn.aws_old.this"}
    world.run(BEFORE)
    found = proposed(world)
    by_module = {each.module: (each.counts[Action.CREATE], each.destroys) for each in found.modules}
    assert by_module == {"keys": (1, False), "cdn": (0, True)}
    assert [each.address for each in found.destroyed] == ["module.cdn.aws_old.this"]


def test_the_cost_is_that_of_the_saved_plan(world: AwsWorld) -> None:
    """What waits for a yes is priced from the file that its digest is of."""
    gateway = "module.network.aws_nat_gateway.this"
    world.root.wanted = {gateway, "module.network.aws_eip.this"}
    world.run(BEFORE)
    found = proposed(world)
    assert (str(found.cost.before_usd), str(found.cost.after_usd)) == ("0.000", "68.000")
    assert [(each.type, each.needed, each.added) for each in found.places] == [
        ("aws_nat_gateway", 1, 1),
        ("aws_eip", 1, 1),
    ]
    world.root.wanted = {gateway}  # described otherwise since: the saved plan stays what it was
    assert proposed(world) == found
    world.approve()
    world.run(AFTER)
    assert proposal(world.context(), Purpose.BOOTSTRAP) is None


def test_all_that_stands_in_the_way_is_told_at_once(world: AwsWorld) -> None:
    told = (Finding("kubectl", "doctor.tool_missing"), Finding("AWS", "aws.no_credentials"))
    world.examined = Examined(failures=told)
    with pytest.raises(StepFailed, match=r"bootstrap\.not_ready") as caught:
        world.run(AWS[:1])
    assert caught.value.findings == told


def test_warnings_and_what_nobody_knows_stop_nothing(world: AwsWorld) -> None:
    one = Finding("iam", "aws.denied")
    world.examined = Examined(warnings=(one,), unknown=(one,))
    world.bring()
    assert world.root.there == world.root.wanted


def test_time_left_shrinks_as_slow_resources_end() -> None:
    changes = [
        ResourceChange(f"module.x.{kind}.this", "module.x", kind, Action.CREATE)
        for kind in ("aws_eks_cluster", "aws_eks_node_group", "aws_lb", "aws_kms_key")
    ]
    begun = remaining_s(changes, Progress(running=True))
    working = Working(changes[0].address, "create", 300)
    later = remaining_s(changes, Progress(running=True, working=(working,)))
    done = tuple(Working(each.address, "create") for each in changes[:3])
    assert begun == 750
    assert later == 450
    assert remaining_s(changes, Progress(running=True, done=done)) < 1
