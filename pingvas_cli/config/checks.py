"""What must hold between sections: capacity adds up, versions fit, ports do not meet.

Each check takes the sections it needs and yields problems; a section that is wrong in itself
is left out by the loader, so a check never sees it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.config.local import port_problems
from pingvas_cli.config.section import Problem, problem
from pingvas_cli.config.services import ServicesSection
from pingvas_cli.config.values import EnvironmentName

KARPENTER_FLOOR: Final = {"1.35": (1, 9), "1.36": (1, 13)}
WORKER_MEMORY_MIB_ON_XLARGE: Final = 14_481
MIB_PER_GIB: Final = 1024
MILLICORES: Final = 1000


@dataclass(frozen=True)
class Check:
    """One rule between sections."""

    needs: frozenset[str]
    judge: Callable[[Configuration], Iterator[Problem]]


def _gpus_fit_the_fleet(config: Configuration) -> Iterator[Problem]:
    quotas = config.namespaces.dev.gpus + config.namespaces.prod.gpus
    fleet = config.gpu_nodes
    if quotas > fleet.fleet_gpu_cap and not fleet.allow_oversubscription:
        yield problem(
            "gpu_nodes.fleet_gpu_cap",
            "config.gpus_oversubscribed",
            quotas=quotas,
            cap=fleet.fleet_gpu_cap,
        ).or_at("namespaces.prod.gpus", "namespaces.dev.gpus")


def _workers_fit_the_quota(config: Configuration) -> Iterator[Problem]:
    for name in ENVIRONMENTS:
        workers, gpus = config.worker.maximum(name), config.namespaces.named(name).gpus
        if workers > gpus:
            key = f"worker.{name}_maximum"
            found = problem(key, "config.workers_above_gpus", workers=workers, gpus=gpus, name=name)
            yield found.or_at(f"namespaces.{name}.gpus")


def _pods_fit_the_quota(config: Configuration) -> Iterator[Problem]:
    for name in ENVIRONMENTS:
        quota = config.namespaces.named(name)
        cpu, memory = services_at_most(config, name)
        workers = config.worker.maximum(name)
        cpu += workers * config.worker.cpu_millicores
        memory += workers * config.worker.memory_mib
        pairs = (
            ("cpu_cores", cpu, quota.cpu_cores * MILLICORES, "millicores"),
            ("memory_gib", memory, quota.memory_gib * MIB_PER_GIB, "MiB"),
        )
        for key, need, limit, unit in pairs:
            if need > limit:
                place = f"namespaces.{name}.{key}"
                found = problem(place, "config.quota_too_small", need=need, limit=limit, unit=unit)
                yield found.or_at("worker", "services")


def _services_fit_the_nodes(config: Configuration) -> Iterator[Problem]:
    need = sum(services_at_most(config, name)[0] for name in ENVIRONMENTS)
    limit = config.general_nodes.cpu_limit * MILLICORES
    if need > limit:
        key = "general_nodes.cpu_limit"
        found = problem(key, "config.quota_too_small", need=need, limit=limit, unit="millicores")
        yield found.or_at("services", "pooler")


def services_at_most(config: Configuration, name: EnvironmentName) -> tuple[int, int]:
    """CPU in millicores and memory in MiB of all services and the pooler at their largest."""
    pooler = config.pooler
    cpu, memory = pooler.replicas * pooler.cpu_millicores, pooler.replicas * pooler.memory_mib
    for service in config.services.by_name().values():
        pods = service.replicas(name).maximum
        cpu += pods * service.cpu_millicores
        memory += pods * service.memory_mib
    return cpu, memory


def _worker_fits_its_node(config: Configuration) -> Iterator[Problem]:
    types = [pool.instance_type for pool in config.gpu_nodes.pools().values() if pool.gpu_limit]
    need = config.worker.memory_mib
    if need > WORKER_MEMORY_MIB_ON_XLARGE and any(kind.endswith(".xlarge") for kind in types):
        limit = WORKER_MEMORY_MIB_ON_XLARGE
        yield problem("worker.memory_mib", "config.worker_above_node", need=need, limit=limit)


def _drain_fits_the_grace(config: Configuration) -> Iterator[Problem]:
    grace, drain = config.worker.grace_seconds, config.gpu_nodes.termination_grace_seconds
    if grace > drain:
        found = problem("worker.grace_seconds", "config.too_large", limit=drain, value=grace)
        yield found.or_at("gpu_nodes.termination_grace_seconds")


def _karpenter_fits_kubernetes(config: Configuration) -> Iterator[Problem]:
    kubernetes, karpenter = config.cluster.kubernetes_version, config.addons.karpenter
    floor = KARPENTER_FLOOR[kubernetes]
    if tuple(map(int, karpenter.split(".")))[:2] < floor:
        yield problem(
            "addons.karpenter",
            "config.version_too_old",
            version=karpenter,
            floor=".".join(map(str, floor)),
            kubernetes=kubernetes,
        ).or_at("cluster.kubernetes_version")


def _sentinels_stand_alone(config: Configuration) -> Iterator[Problem]:
    if config.cache.mode == "sentinel" and config.platform.target == "aws":
        yield problem("cache.mode", "config.sentinel_on_aws").or_at("platform.target")


def _local_ports_are_apart(config: Configuration) -> Iterator[Problem]:
    for one in port_problems(config.local_ports()):
        yield Problem("local", one.code, one.params, _service_keys(one))


def _service_keys(one: Problem) -> tuple[str, ...]:
    names = [name.rpartition("_")[0] for name in (one.key, *one.also)]
    return tuple(f"services.{name}.port" for name in names if name in ServicesSection.model_fields)


def _check(judge: Callable[[Configuration], Iterator[Problem]], *needs: str) -> Check:
    return Check(frozenset(needs), judge)


CHECKS: Final = (
    _check(_gpus_fit_the_fleet, "namespaces", "gpu_nodes"),
    _check(_workers_fit_the_quota, "worker", "namespaces"),
    _check(_pods_fit_the_quota, "worker", "namespaces", "services", "pooler"),
    _check(_services_fit_the_nodes, "services", "pooler", "general_nodes"),
    _check(_worker_fits_its_node, "worker", "gpu_nodes"),
    _check(_drain_fits_the_grace, "worker", "gpu_nodes"),
    _check(_karpenter_fits_kubernetes, "cluster", "addons"),
    _check(_sentinels_stand_alone, "cache", "platform"),
    _check(_local_ports_are_apart, "local", "services"),
)
