"""What an environment keeps beside its programs: Secrets from their source, and checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.rendering.contexts.place import Place

SECRET_STORE: Final = "secrets-manager"  # noqa: S105 - the name of a SecretStore
WHOLE: Final = {"oauth-client": "identity_providers"}
"""Secrets that are one document: the key that holds all of it. Of others each field is a key."""


@dataclass(frozen=True)
class ExternalSecret:
    """One Secret and its full name at the source."""

    name: str
    path: str
    whole_as: str = ""


@dataclass(frozen=True)
class Secrets:
    """All of one environment's."""

    environment: str
    namespace: str
    managed_by: str
    refresh: str
    secrets: tuple[ExternalSecret, ...]
    store: str = SECRET_STORE


@dataclass(frozen=True)
class Checkpoints:
    """The claim that the model service and workers mount; `volume` is its PersistentVolume's name,
    empty where the cluster makes one itself."""

    environment: str
    namespace: str
    managed_by: str
    size: str
    access_mode: str
    volume: str

    @property
    def files(self) -> frozenset[str]:
        """What its folder holds."""
        own = {"volume.yaml"} if self.volume else set()
        return frozenset({"kustomization.yaml", "claim.yaml", *own})


def secrets(place: Place) -> Secrets:
    """Every secret that the environment has."""
    section = place.own.secrets
    return Secrets(
        environment=place.name,
        namespace=place.namespace,
        managed_by=place.managed_by,
        refresh=f"{section.refresh_minutes}m",
        secrets=tuple(
            ExternalSecret(name, place.secret_path(name), WHOLE.get(name, ""))
            for name in section.per_environment
        ),
    )


def checkpoints(place: Place) -> Checkpoints:
    """Shared by nodes on AWS; a cluster of one's own may have storage of single nodes only."""
    return Checkpoints(
        environment=place.name,
        namespace=place.namespace,
        managed_by=place.managed_by,
        size=f"{place.whole.file_store.expected_gb}Gi",
        access_mode="ReadWriteMany" if place.on_aws else "ReadWriteOnce",
        volume=f"{place.platform}-{place.name}-checkpoints" if place.on_aws else "",
    )
