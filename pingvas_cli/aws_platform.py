"""The target `aws` put together: its adapters, its context, and a run of its steps.

Part of the composition root: it wires and delegates, and decides nothing.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

from pingvas_cli.adapters.aws_session import AwsSession
from pingvas_cli.adapters.cache_users import ElastiCacheUsers
from pingvas_cli.adapters.database_clusters import AuroraClusters
from pingvas_cli.adapters.hosted_zones import AwsHostedZones
from pingvas_cli.adapters.image_url_key import new_private_key, public_key_of
from pingvas_cli.adapters.name_servers import DnsNameServers
from pingvas_cli.adapters.secret_store import AwsSecretStore
from pingvas_cli.adapters.signing_key import new_signing_key
from pingvas_cli.adapters.state_bucket import S3StateBucket
from pingvas_cli.adapters.tagged_resources import AwsTaggedResources, sessions
from pingvas_cli.adapters.terraform_root import ThisTerraformRoot
from pingvas_cli.aws_world import examine
from pingvas_cli.bootstrap.aws.approval import Proposal, approve, proposal
from pingvas_cli.bootstrap.aws.context import AwsContext, Keys
from pingvas_cli.bootstrap.aws.layout import AwsLayout, Purpose
from pingvas_cli.paths import state_home
from pingvas_cli.remote_platform import RemotePlatform
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.contexts.root import Root, root_of
from pingvas_cli.rendering.environment import cache_folder
from pingvas_cli.rendering.renderer import render


class AwsPlatform(RemotePlatform[AwsContext]):
    """The platform of one account and name."""

    mark = "pingvas-aws-platform"

    def proposal(self, purpose: Purpose) -> Proposal | None:
        """What the saved plan would do; None when nothing waits for a yes."""
        return proposal(self.context, purpose)

    def approve(self, purpose: Purpose, digest: str) -> None:
        """Say yes to exactly this plan, as the present user."""
        with self.locked(purpose):
            approve(self.context, purpose, digest, getpass.getuser())


def aws_platform(
    described: Platform, chosen: Path | None, environ: Mapping[str, str]
) -> AwsPlatform:
    """The platform that is described; `chosen` is its state folder when a person names one."""
    root = root_of(described.configuration)
    known = state_home(environ) / "pingvas-aws" / f"{root.account_id}-{root.name}"
    layout = AwsLayout((chosen or known).expanduser().resolve())
    return AwsPlatform(_context(described, root, layout, environ))


def _context(
    described: Platform, root: Root, layout: AwsLayout, environ: Mapping[str, str]
) -> AwsContext:
    session = AwsSession(root.region)
    tags = {"pingvas:platform": root.name, "pingvas:managed": "terraform"}
    rendered = partial(render, described, cache=cache_folder())
    regions = (root.region, root.second_region or root.region)
    return AwsContext(
        platform=described,
        layout=layout,
        render=rendered,
        examine=cache(lambda purpose: examine(purpose, described, session, rendered)),
        root=ThisTerraformRoot(layout.terraform_root, layout.terraform_data, dict(environ)),
        state_bucket=S3StateBucket(session, root.state_bucket, root.account_id, tags),
        secrets=AwsSecretStore(session),
        cache_users=ElastiCacheUsers(session),
        database_clusters=AuroraClusters(session),
        hosted_zones=AwsHostedZones(session),
        name_servers=DnsNameServers(described.configuration.edge.dns_resolvers),
        tagged=AwsTaggedResources(sessions(*regions)),
        keys=Keys(new_private_key, public_key_of, new_signing_key),
        now=lambda: datetime.now(UTC),
    )
