"""Service Quotas for EC2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pingvas_cli.adapters.aws_session import AwsSession, speaking
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


def _applied(client: Any, code: str) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
    """The account's own value, or AWS's default while it has none."""
    try:
        return client.get_service_quota(ServiceCode=SERVICE, QuotaCode=code)["Quota"]
    except client.exceptions.NoSuchResourceException:
        return client.get_aws_default_service_quota(ServiceCode=SERVICE, QuotaCode=code)["Quota"]


def _asked_for(
    client: Any,  # noqa: ANN401 - boto3 makes its clients at run time
    code: str,
) -> Iterator[float]:
    pages = client.get_paginator("list_requested_service_quota_change_history_by_quota").paginate(
        ServiceCode=SERVICE, QuotaCode=code
    )
    for page in pages:
        for each in page["RequestedQuotas"]:
            if each["Status"] in OPEN:
                yield float(each["DesiredValue"])
