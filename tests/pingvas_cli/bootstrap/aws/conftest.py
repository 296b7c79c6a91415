"""A world of fakes for the target `aws`, which outlives each process that a test stands for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pingvas_cli.adapters.image_url_key import new_private_key, public_key_of
from pingvas_cli.bootstrap.aws.approval import approve, proposal
from pingvas_cli.bootstrap.aws.context import AwsContext, Keys
from pingvas_cli.bootstrap.aws.layout import AwsLayout, Purpose
from pingvas_cli.bootstrap.aws.sequence import AWS
from pingvas_cli.bootstrap.examined import Examined
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.config.gitops import GitopsSection
from pingvas_cli.config.platform import PlatformSection
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.steps.journal import Journal, Record
from pingvas_cli.steps.plan import make_plan
from pingvas_cli.steps.runner import Runner, Summary
from pingvas_cli.steps.step import Step
from tests.fakes.cache_users import FakeCacheUsers
from tests.fakes.database_clusters import FakeDatabaseClusters
from tests.fakes.hosted_zones import NAME_SERVERS, FakeHostedZones
from tests.fakes.name_servers import FakeNameServers
from tests.fakes.secret_store import FakeSecretStore
from tests.fakes.state_bucket import FakeStateBucket
from tests.fakes.tagged_resources import FakeTaggedResources
from tests.fakes.terraform_root import FakeTerraformRoot
from tests.pingvas_cli.steps.world import Counter, Seen

Steps = Sequence[Step[AwsContext]]
CONFIGURATION = Configuration(
    platform=PlatformSection(
        target="aws",
        domain="pingvas.example.com",
        account_id="123456789012",
        owner_email="owner@example.com",
    ),
    gitops=GitopsSection(repository="https://github.com/owner/name"),
)
USERS = ("exporter", "services", "worker")
CACHES = {
    environment: {
        "user_ids": {user: f"pingvas-{environment}-{user}" for user in USERS},
        "access_strings": {user: f"on ~{environment}:* +@{user}" for user in USERS},
    }
    for environment in ENVIRONMENTS
}

PRIMARY = "pingvas-prod-aurora"
DATABASES = {"prod": {"cluster_identifier": PRIMARY, "master_username": "postgres"}}


class Killed(BaseException):
    """The end of a process between a step's work and its record."""


class KilledJournal(Journal):
    """Dies when it would record the step `at`."""

    at: str = ""

    def append(self, record: Record) -> None:
        if record.slug == self.at:
            raise Killed
        super().append(record)


@dataclass
class AwsWorld:
    """What stays when a process ends; `context` is what a new process would have."""

    folder: Path
    root: FakeTerraformRoot = field(
        default_factory=lambda: FakeTerraformRoot(told={"caches": CACHES, "databases": DATABASES})
    )
    bucket: FakeStateBucket = field(default_factory=FakeStateBucket)
    secrets: FakeSecretStore = field(default_factory=lambda: FakeSecretStore(empty_secrets()))
    users: FakeCacheUsers = field(
        default_factory=lambda: FakeCacheUsers().disabled(
            *(each for cache in CACHES.values() for each in cache["user_ids"].values())
        )
    )
    clusters: FakeDatabaseClusters = field(
        default_factory=lambda: FakeDatabaseClusters({PRIMARY: []})
    )
    zones: FakeHostedZones = field(default_factory=FakeHostedZones)
    dns: FakeNameServers = field(
        default_factory=lambda: FakeNameServers({"pingvas.example.com": NAME_SERVERS})
    )
    tagged: FakeTaggedResources = field(default_factory=FakeTaggedResources)
    platform: Platform = field(default_factory=lambda: Platform.plain(CONFIGURATION))
    examined: Examined = field(default_factory=Examined)
    text: bytes = b"# one\n"
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def context(self) -> AwsContext:
        return AwsContext(
            platform=self.platform,
            layout=AwsLayout(self.folder),
            render=lambda: {"terraform/platform/main.tf": self.text},
            examine=lambda _: self.examined,
            root=self.root,
            state_bucket=self.bucket,
            secrets=self.secrets,
            cache_users=self.users,
            database_clusters=self.clusters,
            hosted_zones=self.zones,
            name_servers=self.dns,
            tagged=self.tagged,
            keys=Keys(new_private_key, public_key_of, lambda: "PEM"),
            now=lambda: self.now,
        )

    def wait(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    def run(self, steps: Steps, ctx: AwsContext | None = None, killed: str = "") -> Summary:
        """Run steps as one process, or as `ctx` where a test keeps it."""
        ctx = ctx or self.context()
        journal = KilledJournal(ctx.layout.journal)
        object.__setattr__(journal, "at", killed)
        ctx.layout.runs.mkdir(parents=True, exist_ok=True)
        return Runner(ctx, journal, Seen(), Counter()).run(steps, make_plan(steps, ctx))

    def approve(self, purpose: Purpose = Purpose.BOOTSTRAP) -> None:
        """As a person who says yes to whatever waits."""
        found = proposal(self.context(), purpose)
        if found is not None:
            approve(self.context(), purpose, found.digest, "ann")

    def bring(self, steps: Steps = AWS, *, killed: str = "") -> tuple[str, ...]:
        """A whole bootstrap: prepare, say yes, apply; the slugs that were applied."""
        place = next(n for n, each in enumerate(steps) if each.slug in ("apply", "removal"))
        purpose = Purpose.BOOTSTRAP if steps[place].slug == "apply" else Purpose.DESTROY
        first = self.run(steps[:place], killed=killed)
        self.approve(purpose)
        return (*first.applied, *self.run(steps[place:], killed=killed).applied)

    def bring_killed(self, slug: str, steps: Steps = AWS) -> None:
        """The same, killed after the step did its work."""
        with suppress(Killed):
            self.bring(steps, killed=slug)


def empty_secrets() -> dict[str, list[str]]:
    """What Terraform makes."""
    names = CONFIGURATION.secrets
    owned = [f"pingvas/{e}/{s}" for e in ENVIRONMENTS for s in names.per_environment]
    return {name: [] for name in (*owned, *(f"pingvas/shared/{s}" for s in names.shared))}


@pytest.fixture
def world(tmp_path: Path) -> AwsWorld:
    return AwsWorld(tmp_path / "state")


@pytest.fixture
def step() -> Callable[[str], Step[AwsContext]]:
    """A step of the bootstrap by its slug."""
    return lambda slug: next(each for each in AWS if each.slug == slug)
