"""A world for the target `cluster`, which outlives each process that a test stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from pingvas_cli.adapters.database import PostgresDatabase
from pingvas_cli.adapters.manifests import KubectlManifests
from pingvas_cli.bootstrap.cluster.context import OWNER, ClusterContext
from pingvas_cli.bootstrap.cluster.layout import ClusterLayout
from pingvas_cli.bootstrap.cluster.sequence import CLUSTER, CLUSTER_DESTROY
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.ports.database import Database
from pingvas_cli.ports.kubernetes import Document, Reference
from pingvas_cli.ports.platform_api import PlatformApi
from pingvas_cli.rendering.contexts.place import ZERO_DIGEST
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.renderer import render
from pingvas_cli.rendering.writer import write
from pingvas_cli.steps.plan import make_plan
from pingvas_cli.steps.runner import Runner
from pingvas_cli.steps.step import Step
from tests.fakes.kubernetes import FakeKubernetes
from tests.fakes.tools import FakeTools
from tests.pingvas_cli.bootstrap.aws.conftest import KilledJournal
from tests.pingvas_cli.steps.world import Counter, Seen

DIGEST = f"sha256:{'a' * 64}"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


class Answering:
    """An API all of whose addresses answer; `silent` are those that do not."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.silent: set[str] = set()

    def healthy(self, url: str) -> bool:
        self.asked.append(url)
        return not any(each in url for each in self.silent)


@dataclass
class World:
    """A cluster, a state folder, and what stands outside."""

    folder: Path
    changes: Mapping[str, Any] = field(default_factory=dict)
    kubernetes: FakeKubernetes = field(default_factory=FakeKubernetes)
    tools: FakeTools = field(default_factory=lambda: FakeTools({"kubectl": "1.35.2"}))
    api: Answering = field(default_factory=Answering)
    put_together: dict[tuple[Path, str], tuple[Document, ...]] = field(default_factory=dict)

    @property
    def configuration(self) -> Configuration:
        file = self.folder / "authorities.pem"
        file.write_text(CERTIFICATE)
        one = {
            "database_host": "db.example.com",
            "database_authorities_file": str(file),
            "object_store": "http://store.example.com:9000",
        }
        told: dict[str, Any] = {
            "platform": {"target": "cluster", "name": "mine"},
            "cache": {"mode": "sentinel"},
            "endpoints": {"dev": one, "prod": one},
        }
        return Configuration.model_validate({**told, **self.changes})

    def context(self) -> ClusterContext:
        """As a new process has it."""
        platform = Platform.plain(self.configuration)
        return ClusterContext(
            platform=platform,
            layout=ClusterLayout(self.folder / "state"),
            render=partial(render, platform),
            kubernetes=self.kubernetes,
            manifests=KubectlManifests(),
            tools=self.tools,
            database=cast("Database", PostgresDatabase()),
            api=cast("PlatformApi", self.api),
            new_signing_key=lambda: "a key",
            put_together=self.put_together,  # by content, so that a new process may share it
        )

    def release(self) -> None:
        """As a delivery does: each program gets an image."""
        ctx = self.context()
        write(ctx.render(), ctx.layout.tree)
        for path in ctx.layout.manifests.glob("releases/*/*/kustomization.yaml"):
            path.write_text(path.read_text().replace(ZERO_DIGEST, DIGEST))

    def bootstrap(self, *, killed: str = "") -> tuple[str, ...]:
        """The slugs that one process applies; `killed` before it can record that step."""
        return self._run(CLUSTER, killed)

    def destroy(self, *, killed: str = "") -> tuple[str, ...]:
        return self._run(CLUSTER_DESTROY, killed)

    def ours(self) -> dict[Reference, Document]:
        """Every object with our label."""
        label = (OWNER, self.configuration.platform.name)
        return {
            each: one
            for each, one in self.kubernetes.objects.items()
            if label in (one["metadata"].get("labels") or {}).items()
        }

    def _run(self, steps: tuple[Step[ClusterContext], ...], killed: str) -> tuple[str, ...]:
        ctx = self.context()
        ctx.layout.root.mkdir(exist_ok=True)
        journal = KilledJournal(ctx.layout.journal)
        object.__setattr__(journal, "at", killed)
        return Runner(ctx, journal, Seen(), Counter()).run(steps, make_plan(steps, ctx)).applied


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A cluster with everything that a bootstrap needs, and images for all programs."""
    made = World(tmp_path)
    made.release()
    return made
