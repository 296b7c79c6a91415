"""Pod Security admission: the Pod Security Standards, in the words of the real server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

Object = dict[str, Any]
LABEL: Final = "pod-security.kubernetes.io/"
ADDED: Final = frozenset(
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
        "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    }
)  # fmt: skip
"""The capabilities that `baseline` lets a container have."""
VOLUMES: Final = frozenset(
    {
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image",
        "persistentVolumeClaim", "projected", "secret",
    }
)  # fmt: skip
CONFINED: Final = ("RuntimeDefault", "Localhost")
Found = Iterator[str]
Rule = tuple[str, Callable[[Object], Found]]


def violation(labels: Mapping[str, str], mode: str, spec: Object) -> str:
    """What a pod violates of a namespace's labels, empty when nothing; `mode`: enforce or warn."""
    level = labels.get(f"{LABEL}{mode}", "privileged")
    told = {reason: "; ".join(rule(spec)) for reason, rule in RULES.get(level, ())}
    words = ", ".join(f"{reason} ({detail})" for reason, detail in told.items() if detail)
    version = labels.get(f"{LABEL}{mode}-version", "latest")
    return f'PodSecurity "{level}:{version}": {words}' if words else ""


def _host_namespaces(spec: Object) -> Found:
    found = [name for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name)]
    if found:
        yield ", ".join(f"{name}=true" for name in found)


def _host_paths(spec: Object) -> Found:
    yield from _told("volume", (v["name"] for v in spec.get("volumes", ()) if "hostPath" in v), "")


def _host_ports(spec: Object) -> Found:
    ports = {
        one["name"]: [
            str(port["hostPort"]) for port in one.get("ports", ()) if port.get("hostPort")
        ]
        for one in _containers(spec)
    }
    numbers = sorted({port for each in ports.values() for port in each})
    noun = "hostPort" if len(numbers) == 1 else "hostPorts"
    verb = "uses" if sum(map(bool, ports.values())) == 1 else "use"
    names = (name for name, each in ports.items() if each)
    yield from _told("container", names, f" {verb} {noun} {', '.join(numbers)}")


def _privileged(spec: Object) -> Found:
    names = _where(spec, lambda own: own.get("privileged") is True)
    yield from _told("container", names, " must not set securityContext.privileged=true")


def _proc_mount(spec: Object) -> Found:
    names = _where(spec, lambda own: own.get("procMount", "Default") != "Default")
    yield from _told("container", names, ' must not set securityContext.procMount to "Unmasked"')


def _added(spec: Object, allowed: frozenset[str]) -> Found:
    beyond = sorted({each for one in _containers(spec) for each in _adds(one) - allowed})
    names = (one["name"] for one in _containers(spec) if _adds(one) - allowed)
    words = f" must not include {_quoted(beyond)} in securityContext.capabilities.add"
    yield from _told("container", names, words)


def _adds(container: Object) -> set[str]:
    return set(_own(container).get("capabilities", {}).get("add", ()))


def _default_capabilities(spec: Object) -> Found:
    yield from _added(spec, ADDED)


def _capabilities(spec: Object) -> Found:
    names = _where(spec, lambda own: "ALL" not in own.get("capabilities", {}).get("drop", ()))
    yield from _told("container", names, ' must set securityContext.capabilities.drop=["ALL"]')
    yield from _added(spec, frozenset({"NET_BIND_SERVICE"}))


def _escalation(spec: Object) -> Found:
    names = _where(spec, lambda own: own.get("allowPrivilegeEscalation") is not False)
    words = " must set securityContext.allowPrivilegeEscalation=false"
    yield from _told("container", names, words)


def _volumes(spec: Object) -> Found:
    kinds = {v["name"]: [*(v.keys() - {"name"} - VOLUMES)] for v in spec.get("volumes", ())}
    bad = sorted({each for found in kinds.values() for each in found})
    names = [name for name, found in kinds.items() if found]
    one = "uses restricted volume type" if len(names) == 1 else "use restricted volume types"
    yield from _told("volume", names, f" {one} {_quoted(bad)}")


def _non_root(spec: Object) -> Found:
    wanted = spec.get("securityContext", {}).get("runAsNonRoot")
    if wanted is False:
        yield "pod must not set securityContext.runAsNonRoot=false"
    names = _where(spec, lambda own: own.get("runAsNonRoot") is False)
    yield from _told("container", names, " must not set securityContext.runAsNonRoot=false")
    if wanted is None:
        names = _where(spec, lambda own: own.get("runAsNonRoot") is None)
        words = " must set securityContext.runAsNonRoot=true"
        yield from _told("pod or container", names, words)


def _user(spec: Object) -> Found:
    if spec.get("securityContext", {}).get("runAsUser") == 0:
        yield "pod must not set runAsUser=0"
    names = _where(spec, lambda own: own.get("runAsUser") == 0)
    yield from _told("container", names, " must not set runAsUser=0")


def _unconfined(spec: Object) -> Found:
    words = " must not set securityContext.seccompProfile.type to "
    if _seccomp(spec.get("securityContext", {})) not in (None, *CONFINED):
        yield f'pod{words}"Unconfined"'
    names = _where(spec, lambda own: _seccomp(own) not in (None, *CONFINED))
    yield from _told("container", names, f'{words}"Unconfined"')


def _confined(spec: Object) -> Found:
    yield from _unconfined(spec)
    if _seccomp(spec.get("securityContext", {})) is None:
        names = _where(spec, lambda own: _seccomp(own) is None)
        words = ' must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
        yield from _told("pod or container", names, words)


def _seccomp(context: Object) -> str | None:
    found: str | None = context.get("seccompProfile", {}).get("type")
    return found


def _containers(spec: Object) -> list[Object]:
    return [*spec.get("initContainers", ()), *spec["containers"]]


def _own(container: Object) -> Object:
    found: Object = container.get("securityContext") or {}
    return found


def _where(spec: Object, is_so: Callable[[Object], bool]) -> list[str]:
    return [one["name"] for one in _containers(spec) if is_so(_own(one))]


def _told(noun: str, names: Iterable[str], words: str) -> Found:
    found = list(names)
    if found:
        yield f"{noun}{'' if len(found) == 1 else 's'} {_quoted(found)}{words}"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


ALWAYS: Final[tuple[Rule, ...]] = (
    ("host namespaces", _host_namespaces),
    ("hostPort", _host_ports),
    ("privileged", _privileged),
    ("procMount", _proc_mount),
)
RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "baseline": (
        ("non-default capabilities", _default_capabilities),
        ALWAYS[0],
        ("hostPath volumes", _host_paths),
        *ALWAYS[1:],
        ("seccompProfile", _unconfined),
    ),
    "restricted": (
        *ALWAYS,
        ("allowPrivilegeEscalation != false", _escalation),
        ("unrestricted capabilities", _capabilities),
        ("restricted volume types", _volumes),
        ("runAsNonRoot != true", _non_root),
        ("runAsUser=0", _user),
        ("seccompProfile", _confined),
    ),
}
"""By level, in the order in which a server tells them."""
