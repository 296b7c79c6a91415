"""Rendered trees as folders, with facts and releases as a bootstrap and a delivery write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from tests.golden import tree
from tests.manifests.judges import Document, documents, kustomized

ENVIRONMENTS: Final = ("dev", "prod")
DIGEST: Final = f"sha256:{'a' * 64}"
KNOWN: Final = {
    "node_image": "al2023@v20261101",
    "database_host": "writer.cluster-x.rds.amazonaws.com",
    "database_authorities": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "cache_host": "primary.cache.amazonaws.com",
    "checkpoints_volume": "fs-0123456789abcdef0::fsap-0123456789abcdef0",
    "object_store_endpoint": "http://store.example.com",
    "object_store_public_endpoint": "https://store.example.com",
}


@dataclass(frozen=True)
class Rendered:
    """One tree on the disk, its facts known and its programs released."""

    name: str
    folder: Path

    @cached_property
    def overlays(self) -> Mapping[str, tuple[Document, ...]]:
        """What kustomize makes of each overlay, by `environment/program`."""
        return self._put_together(self.folder / "k8s/overlays", "*/*/kustomization.yaml")

    @cached_property
    def platform(self) -> Mapping[str, tuple[Document, ...]]:
        """What kustomize makes of what the cluster has once."""
        return self._put_together(self.folder / "k8s/platform", "*/kustomization.yaml")

    @staticmethod
    def _put_together(above: Path, pattern: str) -> Mapping[str, tuple[Document, ...]]:
        places = sorted(each.parent for each in above.glob(pattern))
        with ThreadPoolExecutor(2) as workers:
            found = workers.map(kustomized, places)
            return {
                str(place.relative_to(above)): made
                for place, made in zip(places, found, strict=True)
            }

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """Kubernetes' part as it was rendered."""
        return {path: one for path, one in tree(self.name).items() if path.startswith("k8s/")}

    def everything(self) -> Iterator[tuple[str, Document]]:
        """Each document that is applied, with its overlay."""
        for place, found in self.overlays.items():
            for one in found:
                yield place, one

    def one(self, overlay: str, kind: str, name: str = "") -> Document:
        """The one document of a kind in an overlay, or the one whose name begins so."""
        (found,) = (
            one
            for one in self.overlays[overlay]
            if one["kind"] == kind and one["metadata"]["name"].startswith(name)
        )
        return found

    def workloads(self) -> Iterator[tuple[str, Document]]:
        """Whatever has pods."""
        for place, one in self.everything():
            if one["kind"] in ("Deployment", "StatefulSet", "Job"):
                yield place, one


def pod_of(workload: Document) -> dict[str, Any]:
    """The pod's specification in a workload."""
    found: dict[str, Any] = workload["spec"]["template"]["spec"]
    return found


def containers(workload: Document) -> list[dict[str, Any]]:
    """All containers, those that run first too."""
    pod = pod_of(workload)
    return [*pod.get("initContainers", []), *pod["containers"]]


def written(name: str, folder: Path) -> Rendered:
    """A tree in a folder, its facts known and its programs released."""
    for path, content in tree(name).items():
        if path.startswith("k8s/"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    for place in folder.glob("k8s/facts/*/facts.yaml"):
        _know(place)
    for place in folder.glob("k8s/releases/*/*/kustomization.yaml"):
        place.write_text(place.read_text().replace(f"sha256:{'0' * 64}", DIGEST))
    return Rendered(name, folder)


def _know(place: Path) -> None:
    (document,) = documents(place.read_text())
    data = {name: KNOWN.get(name, f"arn:{name}") for name in document["data"]}
    place.write_text(yaml.safe_dump({**document, "data": data}))
