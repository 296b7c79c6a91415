"""STS and IAM: who the credentials are, and what IAM's simulator says that they may do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pingvas_cli.adapters.aws_session import AwsClient, AwsSession, speaking
from pingvas_cli.ports.account import Caller, Denial, Role

ACTIONS_PER_CALL: Final = 50
ASSUMED: Final = ":assumed-role/"


@dataclass(frozen=True)
class AwsAccount:
    """The account of the session's credentials."""

    session: AwsSession

    def caller(self) -> Caller:
        with speaking("sts GetCallerIdentity"):
            told = self.session.client("sts").get_caller_identity()
            return Caller(told["Account"], told["Arn"])

    def denied(self, caller: Caller, actions: Collection[str]) -> tuple[Denial, ...]:
        if caller.is_root:
            return ()
        with speaking("iam SimulatePrincipalPolicy"):
            iam = self.session.client("iam")
            principal = _principal(iam, caller.arn)
            found = (
                denial
                for few in _portions(sorted(actions))
                for denial in _simulated(iam, principal, few, self.session.region)
            )
            return tuple(found)

    def role(self, name: str) -> Role | None:
        with speaking("iam GetRole"):
            iam = self.session.client("iam")
            try:
                told = iam.get_role(RoleName=name)["Role"]
            except iam.exceptions.NoSuchEntityException:
                return None
            tags = {each["Key"]: each["Value"] for each in told.get("Tags", ())}
            return Role(name, tags.get("pingvas:platform"))


def _principal(iam: AwsClient, arn: str) -> str:
    """The user or role itself; a role's session does not tell the role's path, so IAM is asked."""
    if ASSUMED not in arn:
        return arn
    role = arn.partition(ASSUMED)[2].partition("/")[0]
    return str(iam.get_role(RoleName=role)["Role"]["Arn"])


def _simulated(
    iam: AwsClient,
    principal: str,
    actions: list[str],
    region: str,
) -> Iterator[Denial]:
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=principal,
        ActionNames=actions,
        ContextEntries=[
            {
                "ContextKeyName": "aws:RequestedRegion",
                "ContextKeyValues": [region],
                "ContextKeyType": "string",
            }
        ],
    )
    for page in pages:
        for each in page["EvaluationResults"]:
            decision = each["EvalDecision"]
            if decision != "allowed":
                yield Denial(each["EvalActionName"], decision == "explicitDeny")


def _portions(actions: list[str]) -> Iterator[list[str]]:
    left = iter(actions)
    while few := list(islice(left, ACTIONS_PER_CALL)):
        yield few
