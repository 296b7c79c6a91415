"""How much room pods may take: LimitRanges and ResourceQuotas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from kubernetes.utils.quantity import parse_quantity

from tests.servers.api_server.selectors import selects

Object = dict[str, Any]
Room = dict[str, Decimal]
COMPUTE: Final = ("cpu", "memory")
MUST: Final = {n: ("requests", n) for n in COMPUTE} | {
    f"{part}.{n}": (part, n) for part in ("requests", "limits") for n in COMPUTE
}
"""What a quota makes every container say."""
BINARY: Final = ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki")
OVER: Final = ("Succeeded", "Failed")


def quantity(text: str) -> Decimal:
    """What a quantity such as `500m` or `2Gi` says; raises ValueError."""
    found: Decimal = parse_quantity(text)  # type: ignore[no-untyped-call]  # the client's own
    return found


def with_defaults(spec: Object, ranges: Iterable[Object]) -> None:
    """What containers ask for when they do not say: their limits, then what a LimitRange says."""
    for one in containers(spec):
        asked = one.setdefault("resources", {})
        if asked.get("limits"):
            asked["requests"] = {**asked["limits"], **asked.get("requests", {})}
    for item in _items(ranges):
        limits = {**item.get("max", {}), **item.get("default", {})}
        requests = {**item.get("min", {}), **limits, **item.get("defaultRequest", {})}
        for one in containers(spec):
            for part, given in (("limits", limits), ("requests", requests)):
                if given:
                    one["resources"][part] = {**given, **one["resources"].get(part, {})}


def beyond(spec: Object, ranges: Iterable[Object]) -> Iterator[str]:
    """What of a pod is more or less than a LimitRange allows to a container."""
    for item in _items(ranges):
        for one in containers(spec):
            asked = one["resources"]
            for name, most in item.get("max", {}).items():
                found = asked.get("limits", {}).get(name)
                if found is None or quantity(found) > quantity(most):
                    told = f"limit is {found}" if found else "no limit specified"
                    yield f"maximum {name} usage per Container is {most}, but {told}"
            for name, least in item.get("min", {}).items():
                found = asked.get("requests", {}).get(name)
                if found is None or quantity(found) < quantity(least):
                    told = f"request is {found}" if found else "no request specified"
                    yield f"minimum {name} usage per Container is {least}, but {told}"


def refused(spec: Object, quotas: Iterable[Object], pods: list[Object]) -> str:
    """Why a quota has no room for a pod beside those that there are; empty when all have."""
    for quota in quotas:
        hard, name = quota["spec"].get("hard", {}), quota["metadata"]["name"]
        if not in_scope(quota, spec):
            continue
        lacking = ((what, [*_silent(spec, *MUST[what])]) for what in sorted(hard.keys() & MUST))
        silent = [f"{what} for: {','.join(names)}" for what, names in lacking if names]
        if silent:
            return f"failed quota: {name}: must specify {'; '.join(silent)}"
        before, more = used(quota, pods), usage(spec)
        over = [
            n for n in sorted(hard)
            if more.get(n) and before.get(n, Decimal()) + more[n] > quantity(hard[n])
        ]  # fmt: skip
        if over:
            told = (_listed(over, more), _listed(over, before))
            limited = ",".join(f"{n}={hard[n]}" for n in over)
            ending = f"requested: {told[0]}, used: {told[1]}, limited: {limited}"
            return f"exceeded quota: {name}, {ending}"
    return ""


def in_scope(quota: Object, spec: Object) -> bool:
    """Whether a quota counts a pod; it counts all unless it has scopes."""
    wanted = quota["spec"].get("scopeSelector", {}).get("matchExpressions", ())
    by_class = [
        {"key": one["scopeName"], **{n: one[n] for n in ("operator", "values") if n in one}}
        for one in [*wanted, *({"scopeName": n, "operator": "Exists"} for n in _scopes(quota))]
    ]
    chosen = spec.get("priorityClassName")
    return selects({"matchExpressions": by_class}, {"PriorityClass": chosen} if chosen else {})


def used(quota: Object, pods: Iterable[Object]) -> Room:
    """How much of a quota pods take; those that are over take nothing."""
    found: Room = {name: Decimal() for name in quota["spec"].get("hard", {})}
    for pod in pods:
        over = pod.get("status", {}).get("phase") in OVER
        if not over and in_scope(quota, pod["spec"]):
            for name, amount in usage(pod["spec"]).items():
                if name in found:
                    found[name] += amount
    return found


def usage(spec: Object) -> Room:
    """What a pod takes, by the names of quotas: the most of its containers' sum and each first."""
    found: Room = {"pods": Decimal(1), "count/pods": Decimal(1)}
    for part in ("requests", "limits"):
        total = _sum(_room(one, part) for one in containers(spec) if _stays(one, spec))
        for one in spec.get("initContainers", ()):
            if not _stays(one, spec):
                room = _room(one, part)
                total.update({n: max(q, total.get(n, Decimal())) for n, q in room.items()})
        found.update({f"{part}.{name}": amount for name, amount in total.items()})
        if part == "requests":
            found.update({n: q for n, q in total.items() if "/" not in n})
    return found


def written(name: str, amount: Decimal) -> str:
    """A quantity as a server writes it: of memory and storage by powers of 1024."""
    if amount != amount.to_integral_value():
        return f"{(amount * 1000).normalize():f}m"
    whole = int(amount)
    if whole and name.rpartition(".")[2] in ("memory", "ephemeral-storage", "storage"):
        for place, suffix in enumerate(BINARY):
            size = 1024 ** (6 - place)
            if whole % size == 0:
                return f"{whole // size}{suffix}"
    return str(whole)


def containers(spec: Object) -> list[Object]:
    """All of a pod, those that run first too."""
    return [*spec.get("initContainers", ()), *spec["containers"]]


def _items(ranges: Iterable[Object]) -> Iterator[Object]:
    for one in ranges:
        yield from (item for item in one["spec"]["limits"] if item["type"] == "Container")


def _scopes(quota: Object) -> list[str]:
    found: list[str] = quota["spec"].get("scopes", [])
    return found


def _silent(spec: Object, part: str, name: str) -> Iterator[str]:
    for one in containers(spec):
        if name not in one.get("resources", {}).get(part, {}):
            yield one["name"]


def _stays(one: Object, spec: Object) -> bool:
    return one in spec["containers"] or one.get("restartPolicy") == "Always"


def _room(one: Object, part: str) -> Room:
    asked = one.get("resources", {}).get(part, {})
    return {name: quantity(amount) for name, amount in asked.items()}


def _sum(rooms: Iterable[Room]) -> Room:
    total: Room = {}
    for room in rooms:
        for name, amount in room.items():
            total[name] = total.get(name, Decimal()) + amount
    return total


def _listed(names: Iterable[str], room: Mapping[str, Decimal]) -> str:
    return ",".join(f"{name}={written(name, room[name])}" for name in names)
