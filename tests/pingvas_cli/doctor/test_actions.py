"""Every resource that can be rendered has its actions, and every action is one of AWS's."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import botocore.session
import pytest

from pingvas_cli.doctor.actions import BOOTSTRAP, RESOURCES, by_service, needed, resources, spelled
from tests.architecture.tree import ROOT
from tests.golden import ON_AWS, tree

# IAM's prefix where it is not the name of botocore's service.
MODELS = {
    "elasticloadbalancing": "elbv2",
    "elasticfilesystem": "efs",
    "tag": "resourcegroupstaggingapi",
}
# Actions that are no operations: IAM's own names for them, and permissions without a call.
NOT_CALLED = frozenset(
    {
        *("s3:ListBucket", "s3:PutLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
        *("s3:PutEncryptionConfiguration", "s3:GetEncryptionConfiguration"),
        *("s3:PutReplicationConfiguration", "s3:GetReplicationConfiguration"),
        *("s3:PutBucketPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
        *("s3:PutBucketCORS", "s3:GetBucketCORS"),
        *("iam:PassRole", "budgets:ModifyBudget", "budgets:ViewBudget"),
        *("backup-storage:MountCapsule", "cloudfront:AllowVendedLogDeliveryForResource"),
        *("elasticloadbalancing:SetWebACL", "logs:CreateLogDelivery"),
    }
)
ALL = sorted({action for line in (BOOTSTRAP, *RESOURCES.values()) for action in spelled(line)})


@cache
def operations(service: str) -> frozenset[str]:
    model = botocore.session.Session().get_service_model(MODELS.get(service, service))
    return frozenset(model.operation_names)


def declared() -> frozenset[str]:
    """The types of resources in the templates, whatever a configuration switches off."""
    files = (ROOT / "templates" / "terraform").rglob("*.tf*")
    texts = {
        str(Path(f).with_suffix(".tf")): f.read_bytes() for f in files if "tests" not in f.parts
    }
    whole = b"\n".join(texts.values())
    return resources({"all.tf": whole})


def test_the_templates_resources_are_the_tables() -> None:
    assert declared() == RESOURCES.keys()


@pytest.mark.parametrize("action", ALL)
def test_an_action_is_one_of_awss(action: str) -> None:
    service, _, name = action.partition(":")
    assert re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+", action)
    assert (action in NOT_CALLED) != (service != "backup-storage" and name in operations(service))


def test_what_is_switched_off_is_not_asked_for() -> None:
    default, minimal = needed(tree("default")), needed(tree("minimal"))
    assert minimal < default
    assert "elasticfilesystem" in by_service(default)
    assert "elasticfilesystem" not in by_service(minimal)
    assert all(RESOURCES.keys() >= resources(tree(name)) for name in ON_AWS)


def test_what_doctor_itself_asks_is_simulated() -> None:
    assert "iam:GetRole" in needed({})


def test_actions_by_service_are_sorted() -> None:
    assert by_service(["eks:B", "ec2:A", "eks:A"]) == {"ec2": ["A"], "eks": ["A", "B"]}
