"""What every step in a cluster is given: the configuration, the tree, and the cluster's API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from pingvas_cli.bootstrap.cluster.layout import ClusterLayout
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.ports.database import Database
from pingvas_cli.ports.kubernetes import Document, Kubernetes
from pingvas_cli.ports.manifests import Manifests
from pingvas_cli.ports.platform_api import PlatformApi
from pingvas_cli.ports.tools import Tools
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.renderer import Tree

OWNER: Final = "pingvas.io/platform"
"""The label that says which platform an object belongs to."""


@dataclass(frozen=True)
class ClusterContext:
    """The world of the target `cluster`.

    `put_together` are kustomizations that this process has built, by folder and the digest of the
    tree; `applied` the waves that it has applied, by slug and the digest of their documents.
    """

    platform: Platform
    layout: ClusterLayout
    render: Callable[[], Tree]
    kubernetes: Kubernetes
    manifests: Manifests
    tools: Tools
    database: Database
    api: PlatformApi
    new_signing_key: Callable[[], str]
    put_together: dict[tuple[Path, str], tuple[Document, ...]] = field(default_factory=dict)
    applied: dict[str, str] = field(default_factory=dict)

    @property
    def configuration(self) -> Configuration:
        return self.platform.configuration

    @property
    def name(self) -> str:
        return self.configuration.platform.name

    @property
    def ours(self) -> str:
        """The selector of everything that belongs to this platform."""
        return f"{OWNER}={self.name}"

    def namespace(self, environment: EnvironmentName) -> str:
        return self.configuration.environments.named(environment).namespace

    def objects(self, *folders: Path) -> tuple[Document, ...]:
        """The documents of kustomizations, each with our label, in the order of applying."""
        digest = _digest(self.layout.manifests)
        return tuple(one for folder in folders for one in self._built(folder, digest))

    def _built(self, folder: Path, digest: str) -> tuple[Document, ...]:
        key = (folder, digest)
        if key not in self.put_together:
            found = self.manifests.built(folder)
            self.put_together[key] = tuple(labelled(one, self.name) for one in found)
        return self.put_together[key]


def labelled(document: Document, platform: str) -> Document:
    """The document as one of this platform's."""
    metadata: Mapping[str, object] = document["metadata"]
    labels = {**document["metadata"].get("labels", {}), OWNER: platform}
    return {**document, "metadata": {**metadata, "labels": labels}}


def _digest(folder: Path) -> str:
    """A sha256 over every file of the tree, by path and content."""
    found = sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        found.update(f"{path} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()
