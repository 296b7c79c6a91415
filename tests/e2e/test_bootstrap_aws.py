"""Bootstrap and destroy on AWS: killed at each step, watched on, removed, and stood up again."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.e2e.aws_machine import (
    BUCKET,
    DOING,
    AwsMachine,
    clear,
    kill_after,
    lay_out_users,
)

LEFT = "pingvas/shared/slack"

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


def test_killed_after_each_step_it_ends_as_if_never_killed(machine: AwsMachine) -> None:
    place = DOING.index("hosted-zone")
    for slug in DOING[:place]:
        kill_after(machine, slug)
    assert "Enter these name servers" in machine.wait_for_delegation()
    for slug in DOING[place + 1 : -1]:
        kill_after(machine, slug)
    assert machine.closing()["applied"] == [DOING[-1]]
    resources, versions = machine.resources(), machine.versions()
    again = machine.closing()
    assert again["applied"] == []
    assert (machine.resources(), machine.versions()) == (resources, versions) == (resources, {0, 1})
    assert resources > 100
    assert "pingvas/prod/lemon-squeezy" in again["secrets_left"]
    users = {u["UserId"]: u for u in machine.client("elasticache").describe_users()["Users"]}
    assert users["pingvas-prod-worker"]["Authentication"]["PasswordCount"] == 1
    assert users["pingvas-prod-exporter"]["Authentication"]["PasswordCount"] == 1


def test_killed_while_terraform_works_it_is_watched_on(machine: AwsMachine) -> None:
    machine.wait_for_delegation()
    process = machine.begin_apply()
    process.kill()
    process.communicate()
    assert machine.closing()["applied"][-2:] == ["secret-values", "cache-users"]
    assert machine.versions() == {0, 1}
    assert len(list(machine.applies())) == 1


def test_the_plan_says_what_a_month_costs(machine: AwsMachine) -> None:
    """The default platform by hand, then what changes with a gateway in each zone."""
    machine.wait_for_delegation()
    made = machine.closing()["plan"]["cost"]
    assert Decimal(made["before"]) == Decimal("0.5")  # the zone that bootstrap makes itself
    assert Decimal(made["after"]) == Decimal("1653.997")
    assert made["over_budget"] is True
    assert "other" not in {each["item"] for each in made["lines"]}
    with (machine.folder / "pingvas.yaml").open("a") as written:
        written.write("network:\n  nat_mode: per_az\n")
    plan = machine.told("--until", "plan")
    cost, quotas = plan["cost"], {each["type"]: each["needed"] for each in plan["quotas"]}
    assert Decimal(cost["before"]) == Decimal(made["after"])
    assert Decimal(cost["change"]) == 73  # two gateways at 32.85, two addresses at 3.65
    assert (quotas["aws_nat_gateway"], quotas["aws_eip"]) == (3, 3)
    needed = {each["code"]: each["needed"] for each in plan["quotas"]}
    assert needed["L-3819A6DF"] == 100  # 10 x 4 + 5 x 8 + 5 x 4 vCPUs (correction P4)


def test_destroy_names_what_is_left_and_ends_when_it_is_gone(machine: AwsMachine) -> None:
    """A secret stays, as one would that Terraform can't delete; then it is deleted."""
    machine.wait_for_delegation()
    machine.closing()
    clear(machine, but=(LEFT,))
    store = machine.client("secretsmanager")
    left = store.describe_secret(SecretId=LEFT)["ARN"]
    process = machine.begin("destroy", "--yes", "-o", "json")
    assert f"1 resources that AWS still names: {left}" in machine.told_until(process, left)
    assert machine.resources() == 0
    assert process.poll() is None, "it ended with an orphan"
    process.terminate()
    process.communicate()
    assert process.returncode not in {0, None}
    store.delete_secret(SecretId=LEFT, ForceDeleteWithoutRecovery=True)
    code, _, err = machine.run("destroy", "--yes")
    assert code == 0, err
    assert machine.tagged() == [f"arn:aws:s3:::{BUCKET}"]


def test_destroy_leaves_nothing_but_the_states_history(machine: AwsMachine) -> None:
    machine.wait_for_delegation()
    machine.closing()
    clear(machine)
    code, out, err = machine.run("destroy", "--yes", "-o", "json")
    assert code == 0, err
    assert Decimal(json.loads(out)["plan"]["cost"]["after"]) == 0
    assert "1,654.00 USD now and 0.00 USD then" in " ".join(err.split())
    assert machine.resources() == 0
    assert machine.tagged() == [f"arn:aws:s3:::{BUCKET}"]


def test_it_stands_again_with_the_secrets_that_a_removal_left(machine: AwsMachine) -> None:
    """Terraform deletes with days of grace: the names are taken, and the values still there."""
    machine.wait_for_delegation()
    machine.closing()
    store = machine.client("secretsmanager")
    store.put_secret_value(SecretId="pingvas/shared/slack", SecretString="a person's")
    clear(machine, days=7)
    code, _, err = machine.run("destroy", "--yes")
    assert code == 0, err
    lay_out_users(machine)
    assert "deleted-secrets" in machine.closing()["applied"]
    found = store.get_secret_value(SecretId="pingvas/shared/slack")
    assert found["SecretString"] == "a person's"
    assert set(machine.ids("aws_secretsmanager_secret")) == {
        each["ARN"] for each in store.list_secrets(MaxResults=100)["SecretList"]
    }
    assert machine.closing()["applied"] == []
