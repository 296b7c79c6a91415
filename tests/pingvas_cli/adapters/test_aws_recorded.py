"""Calls that moto does not implement, by answers of AWS's own shapes.

botocore's stubber holds each question and each answer against AWS's API models.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch

import pytest
from botocore.stub import Stubber

from pingvas_cli.adapters.account import ACTIONS_PER_CALL, AwsAccount
from pingvas_cli.adapters.aws_session import AwsSession
from pingvas_cli.adapters.offers import AwsOffers
from pingvas_cli.adapters.quotas import AwsQuotas
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.account import Caller, Denial
from pingvas_cli.ports.offers import ClusterVersion
from pingvas_cli.ports.quotas import Quota
from tests.servers.aws import CREDENTIALS

GPU_SPOT = "L-3819A6DF"
NAME = "All G and VT Spot Instance Requests"
USER = Caller("123456789012", "arn:aws:iam::123456789012:user/admin")
ASSUMED = Caller("123456789012", "arn:aws:sts::123456789012:assumed-role/Admins/jane")
ROLE = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/Admins"
CONTEXT = [
    {
        "ContextKeyName": "aws:RequestedRegion",
        "ContextKeyValues": ["us-east-1"],
        "ContextKeyType": "string",
    }
]


@dataclass(frozen=True)
class Recorded(AwsSession):
    """A session with one prepared client, whatever the service."""

    prepared: Any = None

    def client(self, service: str) -> Any:
        assert self.prepared.meta.service_model.service_name == service
        return self.prepared


@contextmanager
def recorded(service: str) -> Iterator[tuple[AwsSession, Stubber]]:
    with patch.dict("os.environ", CREDENTIALS):
        client = AwsSession("us-east-1").client(service)
    with Stubber(client) as stub:
        yield Recorded("us-east-1", prepared=client), stub
        stub.assert_no_pending_responses()


def quota(value: float) -> dict[str, object]:
    return {"Quota": {"QuotaCode": GPU_SPOT, "QuotaName": NAME, "Value": value}}


def asked_for(*requests: tuple[str, float]) -> dict[str, object]:
    return {
        "RequestedQuotas": [
            {"Id": "1", "QuotaCode": GPU_SPOT, "DesiredValue": value, "Status": status}
            for status, value in requests
        ]
    }


@pytest.mark.parametrize(
    ("requests", "pending"),
    [
        ((), None),
        ((("CASE_CLOSED", 64.0), ("DENIED", 32.0)), None),
        ((("PENDING", 16.0), ("CASE_OPENED", 100.0), ("APPROVED", 200.0)), 100.0),
    ],
)
def test_a_quota_with_what_is_asked_for(
    requests: Sequence[tuple[str, float]], pending: float | None
) -> None:
    """P4."""
    with recorded("service-quotas") as (session, stub):
        asked = {"ServiceCode": "ec2", "QuotaCode": GPU_SPOT}
        stub.add_response("get_service_quota", quota(0.0), asked)
        stub.add_response(
            "list_requested_service_quota_change_history_by_quota", asked_for(*requests), asked
        )
        assert AwsQuotas(session).quota(GPU_SPOT) == Quota(GPU_SPOT, NAME, 0.0, pending)


def test_a_quota_that_was_never_applied_is_the_default() -> None:
    with recorded("service-quotas") as (session, stub):
        stub.add_client_error("get_service_quota", "NoSuchResourceException")
        stub.add_response("get_aws_default_service_quota", quota(5.0))
        stub.add_response("list_requested_service_quota_change_history_by_quota", asked_for())
        assert AwsQuotas(session).quota(GPU_SPOT).value == 5.0


def test_a_quota_is_asked_for() -> None:
    with recorded("service-quotas") as (session, stub):
        stub.add_response(
            "request_service_quota_increase",
            {"RequestedQuota": {"Id": "r-1", "Status": "PENDING"}},
            {"ServiceCode": "ec2", "QuotaCode": GPU_SPOT, "DesiredValue": 100},
        )
        assert AwsQuotas(session).request(GPU_SPOT, 100) == "r-1"


def test_a_second_request_while_one_is_open_is_refused_in_our_words() -> None:
    with recorded("service-quotas") as (session, stub):
        stub.add_client_error(
            "request_service_quota_increase", "ResourceAlreadyExistsException", "one is open"
        )
        with pytest.raises(PingvasError) as failure:
            AwsQuotas(session).request(GPU_SPOT, 100)
        assert failure.value.code == "aws.refused"
        assert "one is open" in str(failure.value.params["detail"])


def decisions(*actions: tuple[str, str]) -> dict[str, object]:
    return {
        "EvaluationResults": [
            {"EvalActionName": name, "EvalDecision": decision} for name, decision in actions
        ]
    }


def test_refusals_are_told_and_the_region_is_given() -> None:
    answer = decisions(
        ("ec2:CreateVpc", "explicitDeny"),
        ("eks:CreateCluster", "implicitDeny"),
        ("s3:X", "allowed"),
    )
    actions = ["ec2:CreateVpc", "eks:CreateCluster", "s3:X"]
    asked = {
        "PolicySourceArn": USER.arn,
        "ActionNames": actions,
        "ContextEntries": CONTEXT,
    }
    with recorded("iam") as (session, stub):
        stub.add_response("simulate_principal_policy", answer, asked)
        found = AwsAccount(session).denied(USER, actions)
    assert found == (Denial("ec2:CreateVpc", explicit=True), Denial("eks:CreateCluster"))


def test_a_roles_session_is_judged_by_its_role_with_the_path() -> None:
    role = {
        "Path": "/aws-reserved/sso.amazonaws.com/",
        "RoleName": "Admins",
        "RoleId": "AROAEXAMPLEEXAMPLE12",
        "Arn": ROLE,
        "CreateDate": datetime(2026, 1, 1, tzinfo=UTC),
    }
    asked = {"PolicySourceArn": ROLE, "ActionNames": ["s3:X"], "ContextEntries": CONTEXT}
    with recorded("iam") as (session, stub):
        stub.add_response("get_role", {"Role": role}, {"RoleName": "Admins"})
        stub.add_response("simulate_principal_policy", decisions(("s3:X", "allowed")), asked)
        assert AwsAccount(session).denied(ASSUMED, ["s3:X"]) == ()


def test_many_actions_are_asked_in_portions_and_pages() -> None:
    actions = [f"ec2:A{number:03}" for number in range(ACTIONS_PER_CALL + 1)]
    more = {**decisions((actions[0], "implicitDeny")), "IsTruncated": True, "Marker": "m"}
    with recorded("iam") as (session, stub):
        stub.add_response("simulate_principal_policy", more)
        stub.add_response("simulate_principal_policy", decisions((actions[1], "implicitDeny")))
        stub.add_response("simulate_principal_policy", decisions((actions[-1], "implicitDeny")))
        found = AwsAccount(session).denied(USER, actions)
    assert [each.action for each in found] == [actions[0], actions[1], actions[-1]]


def test_the_root_user_may_do_everything_and_is_not_simulated() -> None:
    with recorded("iam") as (session, _):
        root = Caller("123456789012", "arn:aws:iam::123456789012:root")
        assert AwsAccount(session).denied(root, ["s3:X"]) == ()


def test_versions_of_the_database_over_pages() -> None:
    """D1."""
    asked = {"Engine": "aurora-postgresql"}
    with recorded("rds") as (session, stub):
        first = {"DBEngineVersions": [{"EngineVersion": "16.8"}], "Marker": "m"}
        stub.add_response("describe_db_engine_versions", first, asked)
        last = {"DBEngineVersions": [{"EngineVersion": "17.7"}]}
        stub.add_response("describe_db_engine_versions", last, {**asked, "Marker": "m"})
        assert AwsOffers(session).database_versions("aurora-postgresql") == ("16.8", "17.7")


def test_versions_of_the_cache() -> None:
    """D5."""
    with recorded("elasticache") as (session, stub):
        answer = {"CacheEngineVersions": [{"Engine": "valkey", "EngineVersion": "8.1"}]}
        stub.add_response("describe_cache_engine_versions", answer, {"Engine": "valkey"})
        assert AwsOffers(session).cache_versions("valkey") == ("8.1",)


def test_versions_of_the_cluster_with_their_support() -> None:
    """P1: in both spellings of the status that AWS has had."""
    end = datetime(2027, 3, 27, tzinfo=UTC)
    answer = {
        "clusterVersions": [
            {
                "clusterVersion": "1.35",
                "versionStatus": "STANDARD_SUPPORT",
                "endOfStandardSupportDate": end,
            },
            {"clusterVersion": "1.36", "status": "standard-support"},
            {"clusterVersion": "1.33", "versionStatus": "EXTENDED_SUPPORT"},
        ]
    }
    with recorded("eks") as (session, stub):
        stub.add_response("describe_cluster_versions", answer)
        assert AwsOffers(session).cluster_versions() == (
            ClusterVersion("1.35", standard=True, standard_until=date(2027, 3, 27)),
            ClusterVersion("1.36", standard=True),
            ClusterVersion("1.33", standard=False),
        )
