"""NVIDIA's device plugin, for nodes whose image does not bring it (correction P10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.rendering.contexts.place import Site

IMAGE: Final = "nvcr.io/nvidia/k8s-device-plugin:v0.18.0"


@dataclass(frozen=True)
class DevicePlugin:
    """Its DaemonSet on all GPU nodes."""

    managed_by: str
    image: str = IMAGE


def device_plugin(site: Site) -> DevicePlugin | None:
    """None where nodes have it already: on Bottlerocket, and in a cluster of one's own."""
    needed = site.on_aws and site.whole.gpu_nodes.ami_family == "al2023"
    return DevicePlugin(site.managed_by) if needed else None
