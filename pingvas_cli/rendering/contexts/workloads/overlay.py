"""What an environment adds to a program's manifests: bounds, resources, settings, places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pingvas_cli.rendering.contexts.facts import (
    CACHE_HOST,
    DATABASE_AUTHORITIES,
    DATABASE_HOST,
    OBJECT_STORE_ENDPOINT,
    OBJECT_STORE_PUBLIC_ENDPOINT,
    target_group,
)
from pingvas_cli.rendering.contexts.place import SERVICES, Place
from pingvas_cli.rendering.contexts.workloads.cache import MEMORY_MIB, cache_nodes, cache_settings
from pingvas_cli.rendering.contexts.workloads.settings import (
    Settings,
    service_settings,
    worker_settings,
)
from pingvas_cli.rendering.contexts.workloads.variables import authorities_of
from pingvas_cli.rendering.contexts.workloads.worker import TEMPORARY_GIB

Pairs = tuple[tuple[str, str], ...]

PROGRAMS: Final = (*SERVICES, "worker", "pooler", "migrations")
"""On every platform; see `programs`."""
ENVIRONMENT_LABEL: Final = "pingvas.io/environment"
"""Label and taint of an environment's nodes: only from them do its data stores let pods in (N3)."""
PURPOSE_LABEL: Final = "pingvas.io/purpose"
"""`general` or `gpu`: which kind of node pool a node is of."""
AUTHORITIES_KEY: Final = r"data.authorities\.pem"
CACHE_CPU_MILLICORES: Final = 100
LOGS_MIB: Final = 64
ARCHIVES_MIB: Final = 2048
PREPARATION_MIB: Final = 64


@dataclass(frozen=True)
class Replacement:
    """A fact, and the one field of one object that it belongs into, as kustomize writes paths."""

    fact: str
    kind: str
    name: str
    path: str


@dataclass(frozen=True)
class Generated:
    """A ConfigMap whose name ends with a digest of its content, so that a change starts new pods.

    `content` is a file, or a key and its value; `wave` is Argo CD's.
    """

    name: str
    kind: Literal["envs", "files", "literals"]
    content: str
    wave: str = ""


@dataclass(frozen=True)
class Workload:
    """What the environment says of the pods; `cache` is the size of an empty folder of its own."""

    requests: Pairs
    limits: Pairs
    version: str = "apps/v1"
    kind: str = "Deployment"
    replicas: int | None = None
    grace_s: int = 0
    cache: str = ""


@dataclass(frozen=True)
class Overlay:
    """One program in one environment."""

    environment: str
    namespace: str
    managed_by: str
    priority_class: str
    program: str
    component: str
    released: str
    workload: Workload
    node_selector: Pairs
    tolerations: Pairs
    resources: tuple[str, ...]
    patches: tuple[str, ...]
    generated: tuple[Generated, ...]
    replacements: tuple[Replacement, ...]
    settings: Settings

    @property
    def files(self) -> frozenset[str]:
        """What its folder holds."""
        held = {one.content for one in self.generated if one.kind != "literals"}
        return frozenset({"kustomization.yaml", *self.resources, *self.patches, *held})


def programs(place: Place) -> tuple[str, ...]:
    """What runs in an environment; a cache of ours only where no other is."""
    ours = place.whole.cache.mode == "sentinel"
    return (*PROGRAMS, "cache") if ours else PROGRAMS


def overlay(place: Place, program: str) -> Overlay:
    """What `program` gets in an environment."""
    return Overlay(
        environment=place.name,
        namespace=place.namespace,
        managed_by=place.managed_by,
        priority_class=place.priority_class,
        program=program,
        component=_component(program),
        released="worker" if program == "worker" else program if program in SERVICES else "user",
        workload=_workload(place, program),
        node_selector=_nodes(place, program) if place.on_aws else (),
        tolerations=_tolerations(place, program) if place.on_aws else (),
        resources=_resources(place, program),
        patches=("workload.yaml", *(("autoscaler.yaml",) if program in SERVICES else ())),
        generated=_generated(program),
        replacements=_replacements(place, program),
        settings=_settings(place, program),
    )


def _component(program: str) -> str:
    return "service" if program in SERVICES else program


def _nodes(place: Place, program: str) -> Pairs:
    purpose = "gpu" if program == "worker" else "general"
    return ((ENVIRONMENT_LABEL, place.name), (PURPOSE_LABEL, purpose))


def _tolerations(place: Place, program: str) -> Pairs:
    """An environment's nodes take its own pods alone. A worker's other toleration stands in base,
    and a patch replaces the list, so it is said again."""
    gpu = (("nvidia.com/gpu", "true"),) if program == "worker" else ()
    return ((ENVIRONMENT_LABEL, place.name), *gpu)


def _resources(place: Place, program: str) -> tuple[str, ...]:
    if program == "worker":
        return ("scaled_object.yaml",) if place.own.worker.maximum(place.name) else ()
    return ("target_group_binding.yaml",) if program in SERVICES and place.on_aws else ()


def _settings(place: Place, program: str) -> Settings:
    if program == "worker":
        return worker_settings(place)
    if program == "cache":
        return cache_settings(place)
    return service_settings(place, program) if program in SERVICES else {}


def _generated(program: str) -> tuple[Generated, ...]:
    settings = Generated(f"{program}-settings", "envs", "settings.env")
    wave = "-20" if program == "migrations" else ""
    authorities = Generated(authorities_of(program), "literals", "authorities.pem=unknown", wave)
    return {
        "generation": (settings, authorities),
        "pooler": (Generated("pooler-configuration", "files", "pgbouncer.ini"), authorities),
        "migrations": (authorities,),
    }.get(program, (settings,))


def _replacements(place: Place, program: str) -> tuple[Replacement, ...]:
    found = [_variable(program, fact, variable) for fact, variable in _facts(place, program)]
    if any(one.name == authorities_of(program) for one in _generated(program)):
        own = authorities_of(program)
        found.append(Replacement(DATABASE_AUTHORITIES, "ConfigMap", own, AUTHORITIES_KEY))
    if program in SERVICES and place.on_aws:
        fact = target_group(program)
        found.append(Replacement(fact, "TargetGroupBinding", program, "spec.targetGroupARN"))
    return tuple(found)


def _facts(place: Place, program: str) -> Pairs:
    """Facts and the variables of the program that take them."""
    database = ((DATABASE_HOST, "DATABASE_HOST"),)
    has_endpoint = place.whole.cache.mode == "replication_group"
    cache = ((CACHE_HOST, "CACHE_HOST"),) if has_endpoint else ()
    store = ((OBJECT_STORE_ENDPOINT, "PINGVAS_OBJECT_STORE_ENDPOINT"),)
    public = ((OBJECT_STORE_PUBLIC_ENDPOINT, "PINGVAS_OBJECT_STORE_PUBLIC_ENDPOINT"),)
    own: dict[str, Pairs] = {
        "generation": (*database, *cache),
        "gallery": () if place.on_aws else (*store, *public),
        "model": cache,
        "worker": cache if place.on_aws else (*cache, *store),
        "pooler": database,
        "migrations": database,
    }
    return own.get(program, ())


def _variable(program: str, fact: str, variable: str) -> Replacement:
    containers = (
        "initContainers.[name=prepare]" if program == "pooler" else f"containers.[name={program}]"
    )
    kind = "Job" if program == "migrations" else "Deployment"
    path = f"spec.template.spec.{containers}.env.[name={variable}].value"
    return Replacement(fact, kind, program, path)


def _workload(place: Place, program: str) -> Workload:
    if program == "worker":
        return _worker(place)
    if program == "pooler":
        section = place.own.pooler
        sized = _sized(section.cpu_millicores, section.memory_mib, PREPARATION_MIB)
        return Workload(*sized, replicas=section.replicas)
    if program == "migrations":
        return Workload(*_sized(100, 256, PREPARATION_MIB), version="batch/v1", kind="Job")
    if program == "cache":
        sized = _sized(CACHE_CPU_MILLICORES, MEMORY_MIB, PREPARATION_MIB)
        return Workload(*sized, kind="StatefulSet", replicas=cache_nodes(place))
    own = place.own.services.by_name()[program]
    disk = ARCHIVES_MIB if program == "gallery" else PREPARATION_MIB
    return Workload(*_sized(own.cpu_millicores, own.memory_mib, disk))


def _worker(place: Place) -> Workload:
    section = place.own.worker
    cached = 0 if place.shares_files else section.cache_gb
    disk = (TEMPORARY_GIB + cached) * 1024
    requests, limits = _sized(section.cpu_millicores, section.memory_mib, disk)
    gpu = (("nvidia.com/gpu", '"1"'),)
    return Workload(
        (*requests, *gpu),
        (*limits, *gpu),
        grace_s=section.grace_seconds,
        cache=f"{cached}Gi" if cached else "",
        replicas=None if section.maximum(place.name) else 0,
    )


def _sized(cpu_millicores: int, memory_mib: int, disk_mib: int) -> tuple[Pairs, Pairs]:
    """Requests and limits: equal for memory, which can't be taken back; none for CPU, which can."""
    disk = f"{disk_mib + LOGS_MIB}Mi"
    memory = f"{memory_mib}Mi"
    requests = (("cpu", f"{cpu_millicores}m"), ("memory", memory), ("ephemeral-storage", disk))
    return requests, (("memory", memory), ("ephemeral-storage", disk))
