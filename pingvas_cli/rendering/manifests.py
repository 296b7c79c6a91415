"""Which template makes which manifests: Kubernetes' part of the rendered tree.

A folder of templates is a room. `{environment}` and `{program}` in its path stand for several
folders of the tree, each with names of its own; a room says which of its files each of them has.
Nothing is read or rendered in this file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pingvas_cli.rendering.contexts.addons import addons
from pingvas_cli.rendering.contexts.device_plugin import device_plugin
from pingvas_cli.rendering.contexts.facts import facts, platform_facts
from pingvas_cli.rendering.contexts.gpu_metrics import gpu_metrics
from pingvas_cli.rendering.contexts.karpenter import karpenter
from pingvas_cli.rendering.contexts.logs import logs
from pingvas_cli.rendering.contexts.namespace import namespace
from pingvas_cli.rendering.contexts.place import RELEASED, ZERO_DIGEST, Site, places
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.contexts.priorities import priorities
from pingvas_cli.rendering.contexts.workloads.admission import admission
from pingvas_cli.rendering.contexts.workloads.cache import cache
from pingvas_cli.rendering.contexts.workloads.migrations import migrations
from pingvas_cli.rendering.contexts.workloads.overlay import overlay, programs
from pingvas_cli.rendering.contexts.workloads.pooler import pooler
from pingvas_cli.rendering.contexts.workloads.scale import scale
from pingvas_cli.rendering.contexts.workloads.service import services
from pingvas_cli.rendering.contexts.workloads.stored import checkpoints, secrets
from pingvas_cli.rendering.contexts.workloads.worker import worker
from pingvas_cli.rendering.seeds import is_seed
from pingvas_cli.rendering.targets import Kind, Target

ENDING: Final = ".j2"


@dataclass(frozen=True)
class Folder:
    """One folder of the tree: what stands for its path's braces, what its templates see, and its
    files; None: all that the room has."""

    path: Mapping[str, str]
    names: Mapping[str, object]
    files: frozenset[str] | None = None


Room = Callable[[Platform], Iterator[Folder]]


def manifests(platform: Platform, templates: Path) -> tuple[Target, ...]:
    """Every file, in the order of the rooms."""
    return tuple(
        target
        for room, folders in ROOMS.items()
        for sources in (_sources(templates, room),)
        for folder in folders(platform)
        for target in _targets(room, sources, folder)
    )


def _targets(room: str, sources: tuple[str, ...], folder: Folder) -> Iterator[Target]:
    place = room.format_map(folder.path)
    for name in sources:
        if folder.files is None or name in folder.files:
            path = f"{place}/{name}"
            kind: Kind = "seed" if is_seed(path) else "template"
            yield Target(path, f"{room}/{name}{ENDING}", kind, folder.names)


def _sources(templates: Path, room: str) -> tuple[str, ...]:
    names = sorted(entry.name for entry in os.scandir(templates / room))
    return tuple(name.removesuffix(ENDING) for name in names if name.endswith(ENDING))


def _services(platform: Platform) -> Iterator[Folder]:
    for service in services(Site(platform.configuration)):
        yield Folder({"service": service.name}, {"service": service})


def _worker(platform: Platform) -> Iterator[Folder]:
    yield Folder({}, {"worker": worker(Site(platform.configuration))})


def _pooler(platform: Platform) -> Iterator[Folder]:
    yield Folder({}, {"pooler": pooler(Site(platform.configuration))})


def _cache(platform: Platform) -> Iterator[Folder]:
    if platform.configuration.cache.mode == "sentinel":
        yield Folder({}, {"cache": cache(Site(platform.configuration))})


def _migrations(platform: Platform) -> Iterator[Folder]:
    yield Folder({}, {"migrations": migrations(Site(platform.configuration))})


def _overlays(platform: Platform) -> Iterator[Folder]:
    for place in places(platform):
        for program in programs(place):
            own = overlay(place, program)
            names = {"overlay": own, "scale": scale(place, program)}
            yield Folder({"environment": place.name, "program": program}, names, own.files)


def _secrets(platform: Platform) -> Iterator[Folder]:
    for place in places(platform):
        if place.on_aws:
            yield Folder({"environment": place.name}, {"secrets": secrets(place)})


def _checkpoints(platform: Platform) -> Iterator[Folder]:
    for place in places(platform):
        if place.shares_files:
            own = checkpoints(place)
            yield Folder({"environment": place.name}, {"checkpoints": own}, own.files)


def _releases(platform: Platform) -> Iterator[Folder]:
    for place in places(platform):
        for program in RELEASED:
            release = {"program": program, "image": place.image(program), "digest": ZERO_DIGEST}
            path = {"environment": place.name, "program": program}
            yield Folder(path, {"release": release})


def _facts(platform: Platform) -> Iterator[Folder]:
    for place in places(platform):
        yield Folder({"environment": place.name}, {"facts": facts(place)})
    own = platform_facts(Site(platform.configuration))
    if own:
        yield Folder({"environment": "platform"}, {"facts": own})


def _namespaces(platform: Platform) -> Iterator[Folder]:
    for place in places(platform):
        own = namespace(place)
        yield Folder({"environment": place.name}, {"namespace": own}, own.files)


def _admission(platform: Platform) -> Iterator[Folder]:
    yield Folder({}, {"admission": admission(Site(platform.configuration), places(platform))})


def _priorities(platform: Platform) -> Iterator[Folder]:
    yield Folder({}, {"priorities": priorities(Site(platform.configuration), places(platform))})


def _karpenter(platform: Platform) -> Iterator[Folder]:
    site = Site(platform.configuration)
    if site.on_aws:
        yield Folder({}, {"karpenter": karpenter(site, places(platform))})


def _addons(platform: Platform) -> Iterator[Folder]:
    own = addons(Site(platform.configuration))
    if own:
        yield Folder({}, {"addons": own})


def _logs(platform: Platform) -> Iterator[Folder]:
    site = Site(platform.configuration)
    if site.on_aws:
        yield Folder({}, {"logs": logs(site, places(platform))})


def _device_plugin(platform: Platform) -> Iterator[Folder]:
    own = device_plugin(Site(platform.configuration))
    if own:
        yield Folder({}, {"device_plugin": own})


def _gpu_metrics(platform: Platform) -> Iterator[Folder]:
    own = gpu_metrics(Site(platform.configuration))
    if own:
        yield Folder({}, {"gpu_metrics": own})


OVERLAYS: Final = "k8s/overlays/{environment}"
ROOMS: Final[Mapping[str, Room]] = {
    "k8s/base/{service}": _services,
    "k8s/base/worker": _worker,
    "k8s/base/pooler": _pooler,
    "k8s/base/migrations": _migrations,
    "k8s/base/cache": _cache,
    f"{OVERLAYS}/{{program}}": _overlays,
    f"{OVERLAYS}/namespace": _namespaces,
    f"{OVERLAYS}/secrets": _secrets,
    f"{OVERLAYS}/checkpoints": _checkpoints,
    "k8s/platform/admission": _admission,
    "k8s/platform/priorities": _priorities,
    "k8s/platform/karpenter": _karpenter,
    "k8s/platform/device_plugin": _device_plugin,
    "k8s/platform/gpu_metrics": _gpu_metrics,
    "k8s/platform/namespaces": _addons,
    "k8s/platform/keda": _addons,
    "k8s/platform/external_secrets": _addons,
    "k8s/platform/load_balancer_controller": _addons,
    "k8s/platform/metrics": _addons,
    "k8s/platform/logs": _logs,
    "k8s/releases/{environment}/{program}": _releases,
    "k8s/facts/{environment}": _facts,
}
