"""Every step: what it leaves is Present, a second run does nothing, a kill loses nothing."""

from __future__ import annotations

import json

import pytest

from pingvas_cli.bootstrap.aws.sequence import AWS, AWS_DESTROY
from pingvas_cli.steps.step import Present
from tests.pingvas_cli.bootstrap.aws.conftest import AwsWorld

SLUGS = [step.slug for step in AWS]
REMOVAL = [step.slug for step in AWS_DESTROY]
# Those that found everything in order at first: nothing stands in the way, was begun, or deleted.
IN_ORDER = {"preflight", "earlier-run", "unsaved-state", "deleted-secrets", "database-master"}


def test_slugs_are_unique_in_a_sequence() -> None:
    assert len(set(SLUGS)) == len(SLUGS)
    assert len(set(REMOVAL)) == len(REMOVAL)


def test_every_step_is_applied_and_then_present(world: AwsWorld) -> None:
    assert list(world.bring()) == [slug for slug in SLUGS if slug not in IN_ORDER]
    ctx = world.context()
    assert {step.slug: step.inspect(ctx) for step in AWS} == dict.fromkeys(SLUGS, Present())


def test_a_second_run_applies_nothing(world: AwsWorld) -> None:
    world.bring()
    before = (list(world.root.commands), world.bucket.made, json.dumps(world.secrets.secrets))
    assert world.bring() == ()
    after = (list(world.root.commands), world.bucket.made, json.dumps(world.secrets.secrets))
    assert before == after


@pytest.mark.parametrize("slug", SLUGS)
def test_killed_after_a_step_it_ends_the_same(world: AwsWorld, slug: str) -> None:
    world.bring_killed(slug)
    world.bring()
    assert world.bring() == ()
    ctx = world.context()
    assert all(step.inspect(ctx) == Present() for step in AWS)
    assert world.root.commands.count("apply") == 1
    assert world.bucket.made == 1
    assert {len(each) for each in world.secrets.secrets.values()} == {0, 1}


def test_a_removal_ends_with_nothing_left(world: AwsWorld) -> None:
    world.bring()
    assert world.bring(AWS_DESTROY)[-3:] == ("removal-plan", "removal", "never-adopted")
    assert world.root.there == set()
    assert world.zones.found == ()


@pytest.mark.parametrize("slug", REMOVAL)
def test_a_removal_that_is_killed_ends_the_same(world: AwsWorld, slug: str) -> None:
    world.bring()
    world.tagged.left = [("arn:aws:sqs:x",), ("arn:aws:sqs:x",), ()]
    world.bring_killed(slug, AWS_DESTROY)
    world.bring(AWS_DESTROY)
    assert world.root.there == set()
    assert world.root.commands.count("apply") == 2
    ctx = world.context()
    assert all(step.inspect(ctx) == Present() for step in AWS_DESTROY)


def test_a_platform_stands_again_after_its_removal(world: AwsWorld) -> None:
    world.bring()
    world.bring(AWS_DESTROY)
    world.bring()
    assert world.root.there == world.root.wanted
