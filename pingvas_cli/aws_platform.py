"""The target `aws` put together: its adapters, its context, and a run of its steps.

Part of the composition root: it wires and delegates, and decides nothing.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Final

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
from pingvas_cli.errors import PingvasError, Refused
from pingvas_cli.paths import expanded
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.contexts.root import Root, root_of
from pingvas_cli.rendering.environment import cache_folder
from pingvas_cli.rendering.renderer import render
from pingvas_cli.steps.clock import SystemClock
from pingvas_cli.steps.journal import Journal
from pingvas_cli.steps.lock import Lock
from pingvas_cli.steps.observer import Observer
from pingvas_cli.steps.plan import PlanEntry, make_plan
from pingvas_cli.steps.runner import Runner, Summary
from pingvas_cli.steps.step import Step

# Its presence says that the folder is that of a platform on AWS.
MARK: Final = "pingvas-aws-platform"

Steps = Sequence[Step[AwsContext]]


@dataclass(frozen=True)
class AwsPlatform:
    """The platform of one account and name, as one state folder sees it."""

    context: AwsContext

    @property
    def layout(self) -> AwsLayout:
        return self.context.layout

    @cached_property
    def lock(self) -> Lock:
        return Lock(self.layout.lock)

    def plan(self, steps: Steps) -> tuple[PlanEntry, ...]:
        """What would be done; changes nothing."""
        return make_plan(steps, self.context)

    def run(
        self,
        purpose: Purpose,
        steps: Steps,
        plan: Sequence[PlanEntry],
        watching: Callable[[], AbstractContextManager[Observer]],
    ) -> Summary:
        """Run steps under the lock, watched."""
        with self._locked(purpose), watching() as observer:
            journal = Journal(self.layout.journal)
            return Runner(self.context, journal, observer, SystemClock()).run(steps, plan)

    def proposal(self, purpose: Purpose) -> Proposal | None:
        """What the saved plan would do; None when nothing waits for a yes."""
        return proposal(self.context, purpose)

    def approve(self, purpose: Purpose, digest: str) -> None:
        """Say yes to exactly this plan, as the present user."""
        with self._locked(purpose):
            approve(self.context, purpose, digest, getpass.getuser())

    def _locked(self, purpose: Purpose) -> AbstractContextManager[None]:
        self._ensure_root()
        return self.lock.held(getpass.getuser(), purpose)

    def _ensure_root(self) -> None:
        root = self.layout.root
        try:
            if root.is_dir() and any(root.iterdir()) and not (root / MARK).exists():
                raise Refused("local.folder_in_use", where=str(root))
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            (root / MARK).touch(mode=0o600)
            self.layout.runs.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            reason = f"{root}: {error.strerror}"
            raise PingvasError("local.folder_unwritable", where=str(root), reason=reason) from error


def aws_platform(
    described: Platform, chosen: Path | None, environ: Mapping[str, str]
) -> AwsPlatform:
    """The platform that is described; `chosen` is its state folder when a person names one."""
    root = root_of(described.configuration)
    layout = AwsLayout((chosen or _state_folder(root, environ)).expanduser().resolve())
    return AwsPlatform(_context(described, root, layout, environ))


def _state_folder(root: Root, environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_STATE_HOME") or "~/.local/state"
    return expanded(base, "XDG_STATE_HOME") / "pingvas-aws" / f"{root.account_id}-{root.name}"


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
