"""The Resource Groups Tagging API, region by region; global resources are told by us-east-1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pingvas_cli.adapters.aws_session import AwsSession, speaking

GLOBAL_REGION: Final = "us-east-1"


@dataclass(frozen=True)
class AwsTaggedResources:
    """All that the credentials may see in these regions."""

    sessions: tuple[AwsSession, ...]

    def arns(self, tag: str, value: str) -> tuple[str, ...]:
        found = {arn for session in self.sessions for arn in _arns(session, tag, value)}
        return tuple(sorted(found))


def sessions(*regions: str, endpoint: str | None = None) -> tuple[AwsSession, ...]:
    """A session for each region and for that of global resources."""
    wanted = dict.fromkeys((*regions, GLOBAL_REGION))
    return tuple(AwsSession(region, endpoint) for region in wanted)


def _arns(session: AwsSession, tag: str, value: str) -> Iterator[str]:
    with speaking(f"tag GetResources {session.region}"):
        pages = session.client("resourcegroupstaggingapi").get_paginator("get_resources")
        for page in pages.paginate(TagFilters=[{"Key": tag, "Values": [value]}]):
            yield from (str(each["ResourceARN"]) for each in page["ResourceTagMappingList"])
