"""A zone made before Terraform, secrets that are brought back: imported, or removed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pingvas_cli.bootstrap.aws.sequence import AWS, AWS_DESTROY
from pingvas_cli.errors import Exit, Refused, StillWaiting
from pingvas_cli.ports.hosted_zones import HostedZone
from pingvas_cli.rendering.contexts.platform import Platform
from tests.fakes.hosted_zones import NAME_SERVERS
from tests.fakes.name_servers import FakeNameServers
from tests.pingvas_cli.bootstrap.aws.conftest import CONFIGURATION, AwsWorld

DOMAIN = "pingvas.example.com"
SECRET = "pingvas/prod/lemon-squeezy"
BEFORE = AWS[: [step.slug for step in AWS].index("apply")]


def told(world: AwsWorld) -> Any:
    return json.loads(world.context().layout.adopted.read_text())["adopted"]


def test_a_zone_is_made_before_the_plan_and_told_to_terraform(world: AwsWorld) -> None:
    world.run(BEFORE)
    assert [zone.platform for zone in world.zones.found] == ["pingvas"]
    assert told(world)["hosted_zone_id"] == "ZMADE"


@pytest.mark.parametrize("found", [(), ("ns.elsewhere.example",), NAME_SERVERS[:1]])
def test_nothing_is_planned_before_the_world_finds_the_zone(
    world: AwsWorld, found: tuple[str, ...]
) -> None:
    world.dns = FakeNameServers({DOMAIN: found})
    with pytest.raises(StillWaiting, match=r"bootstrap\.delegation") as caught:
        world.run(BEFORE)
    assert caught.value.exit_code is Exit.WAITING
    assert caught.value.params["servers"] == ", ".join(NAME_SERVERS)
    assert "plan" not in world.root.commands
    world.dns = FakeNameServers({DOMAIN: NAME_SERVERS})
    world.bring()
    assert world.root.there == world.root.wanted
    assert len(world.zones.found) == 1


def test_a_machine_without_dns_goes_on(world: AwsWorld) -> None:
    world.dns = FakeNameServers(silent=True)
    world.bring()
    assert world.bring() == ()


def test_a_zone_of_the_configuration_is_not_adopted(world: AwsWorld) -> None:
    edge = CONFIGURATION.edge.model_copy(update={"hosted_zone_id": "Z3"})
    world.platform = Platform.plain(CONFIGURATION.model_copy(update={"edge": edge}))
    world.zones.found = (HostedZone("Z3", DOMAIN, NAME_SERVERS),)
    world.bring()
    assert not world.context().layout.adopted.exists()
    world.bring(AWS_DESTROY)
    assert len(world.zones.found) == 1


def test_a_zone_of_somebody_else_is_left_alone(world: AwsWorld) -> None:
    world.zones.found = (HostedZone("Z9", DOMAIN, NAME_SERVERS, "other"),)
    world.bring()
    assert told(world)["hosted_zone_id"] == "ZMADE"
    world.bring(AWS_DESTROY)
    assert [zone.zone_id for zone in world.zones.found] == ["Z9"]


def test_a_secret_that_was_deleted_comes_back_with_its_value(world: AwsWorld) -> None:
    world.secrets.put(SECRET, "from a person")
    world.secrets.deleted.add(SECRET)
    assert "deleted-secrets" in world.bring()
    assert told(world)["secret_arns"] == {"prod/lemon-squeezy": f"arn:{SECRET}"}
    assert world.secrets.deleted == set()
    assert world.secrets.secrets[SECRET] == ["from a person"]
    assert world.bring() == ()


def test_killed_between_the_word_and_the_deed_none_is_lost(world: AwsWorld) -> None:
    world.secrets.deleted.add(SECRET)
    world.bring_killed("deleted-secrets")
    world.bring()
    assert told(world)["secret_arns"] == {"prod/lemon-squeezy": f"arn:{SECRET}"}


def test_a_secret_that_was_made_anew_is_not_imported_by_its_old_name(world: AwsWorld) -> None:
    world.secrets.deleted.add(SECRET)
    world.bring()
    del world.secrets.secrets[SECRET]
    world.bring()
    assert told(world)["secret_arns"] == {}


def test_a_removal_before_terraform_knew_takes_both(world: AwsWorld) -> None:
    world.secrets.deleted.add(SECRET)
    world.run(BEFORE)
    assert "never-adopted" in world.bring(AWS_DESTROY)
    assert world.zones.found == ()
    assert world.secrets.deleted == {SECRET}


def test_a_file_that_was_changed_by_hand_is_named_with_its_folder(world: AwsWorld) -> None:
    world.run(BEFORE)
    file = world.context().layout.terraform_root / "main.tf"
    file.write_text("# mine\n")
    with pytest.raises(Refused, match=r"bootstrap\.tree_changed") as caught:
        world.run(BEFORE)
    assert [one.where for one in caught.value.findings] == [str(file)]
    assert file.read_text() == "# mine\n"
