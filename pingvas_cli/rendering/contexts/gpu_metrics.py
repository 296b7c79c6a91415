"""NVIDIA's exporter of what GPUs do, for nodes that give containers their GPUs (inventory 58)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.rendering.contexts.place import Site

REPOSITORY: Final = "nvcr.io/nvidia/k8s/dcgm-exporter"
EXPORTER: Final = "4.8.2"
"""A tag has two versions: that of DCGM, which is configured, and the exporter's own."""


@dataclass(frozen=True)
class GpuMetrics:
    """Its DaemonSet on all GPU nodes."""

    managed_by: str
    image: str


def gpu_metrics(site: Site) -> GpuMetrics | None:
    """None on Bottlerocket, where a container sees no GPU without a claim, and in a cluster of
    one's own."""
    if not (site.on_aws and site.whole.gpu_nodes.ami_family == "al2023"):
        return None
    tag = f"{site.whole.addons.dcgm_exporter}-{EXPORTER}-distroless"
    return GpuMetrics(site.managed_by, f"{REPOSITORY}:{tag}")
