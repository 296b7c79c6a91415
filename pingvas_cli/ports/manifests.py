"""Kustomizations put together: what is applied is what comes out of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pingvas_cli.ports.kubernetes import Document


class Manifests(Protocol):
    """Puts a kustomization together; reads nothing but the folder's tree."""

    def built(self, folder: Path) -> Sequence[Document]:
        """Its documents in the order in which they can be applied.

        PingvasError `kubernetes.no_kubectl` or `kubernetes.not_built`.
        """
