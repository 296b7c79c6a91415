"""A service of a cluster as kustomize gives it from the rendered tree, and the Secrets it names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.images.playable import Document
from tests.manifests.judges import kustomized
from tests.manifests.trees import written
from tests.servers.people import TokenPress
from tests.servers.postgres import PASSWORD

OVERLAYS = "k8s/overlays/dev"


@dataclass(frozen=True)
class Deployed:
    """A service of `dev`; `folder` takes the tree, and what a test writes."""

    service: str
    folder: Path

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Everything that is applied for it."""
        tree = written("cluster", self.folder / "tree")
        return kustomized(tree.folder / OVERLAYS / self.service)

    @cached_property
    def deployment(self) -> Document:
        """The one Deployment."""
        (found,) = (each for each in self.documents if each["kind"] == "Deployment")
        return found


def account(name: str, username: str, password: str = PASSWORD) -> Document:
    """The Secret of somebody's name and password."""
    return _secret(name, username=username, password=password)


def secrets() -> tuple[Document, ...]:
    """What a bootstrap lays out, for the test's servers."""
    key = TokenPress().key.private
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return (
        account("database-app", "pingvas_dev_app"),
        account("database-system", "pingvas_dev_system"),
        account("redis-services", "unused"),
        _secret("signing-key", private_key=pem),
    )


def _secret(name: str, **content: str) -> Document:
    return {"kind": "Secret", "metadata": {"name": name}, "stringData": content}
