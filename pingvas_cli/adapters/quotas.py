"""Service Quotas for EC2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pingvas_cli.adapters.aws_session import AwsClient, AwsSession, speaking
from pingvas_cli.ports.quotas import Quota

SERVICE: Final = "ec2"
OPEN: Final = frozenset({"PENDING", "CASE_OPENED"})


@dataclass(frozen=True)
class AwsQuotas:
    """Quotas of the session's account in its region."""

    session: AwsSession

    def quota(self, code: str) -> Quota:
        with speaking(f"servicequotas GetServiceQuota {code}"):
            client = self.session.client("service-quotas")
            told = _applied(client, code)
            pending = max(_asked_for(client, code), default=None)
            return Quota(code, told["QuotaName"], float(told["Value"]), pending)

    def request(self, code: str, value: float) -> str:
        with speaking(f"servicequotas RequestServiceQuotaIncrease {code}"):
            told = self.session.client("service-quotas").request_service_quota_increase(
                ServiceCode=SERVICE, QuotaCode=code, DesiredValue=value
            )
            return str(told["RequestedQuota"]["Id"])


def _applied(client: AwsClient, code: str) -> Mapping[str, Any]:
    """The account's own value, or AWS's default while it has none."""
    asked = {"ServiceCode": SERVICE, "QuotaCode": code}
    try:
        found: Mapping[str, Any] = client.get_service_quota(**asked)["Quota"]
    except client.exceptions.NoSuchResourceException:
        found = client.get_aws_default_service_quota(**asked)["Quota"]
    return found


def _asked_for(
    client: AwsClient,
    code: str,
) -> Iterator[float]:
    pages = client.get_paginator("list_requested_service_quota_change_history_by_quota").paginate(
        ServiceCode=SERVICE, QuotaCode=code
    )
    for page in pages:
        for each in page["RequestedQuotas"]:
            if each["Status"] in OPEN:
                yield float(each["DesiredValue"])
