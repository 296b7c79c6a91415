"""A rendered Deployment as Debian's podman plays it, on a test's servers instead of the cloud's.

Changed, and nothing else: the network is the host's; settings and Secrets are resolved into plain
variables and folders (podman 4.3 reads no Secret of its own as a variable); probes are taken out,
since podman would ask by a shell and curl inside, and the test asks by `readiness`.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Document = Mapping[str, Any]
GROUP = 10_001
SOURCES = (("Secret", "secret", "secretName"), ("ConfigMap", "configMap", "name"))
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
FIELDS = {"metadata.name": "podman", "metadata.namespace": "podman", "status.podIP": "127.0.0.1"}


class Unresolved(Exception):
    """The Deployment names something that nobody gives."""


@dataclass(frozen=True)
class Surroundings:
    """What stands in for the cluster.

    `settings` win over whatever the Deployment says of a variable that it has. `documents` are the
    ConfigMaps and Secrets; `folder` takes what becomes files.
    """

    image: str
    settings: Mapping[str, str]
    documents: Sequence[Document]
    folder: Path

    def content(self, kind: str, name: str) -> Mapping[str, str]:
        """A ConfigMap's or a Secret's entries."""
        for document in self.documents:
            if document["kind"] == kind and document["metadata"]["name"] == name:
                return {**document.get("data", {}), **document.get("stringData", {})}
        raise Unresolved(f"{kind} {name}")


def playable(deployment: Document, around: Surroundings) -> dict[str, Any]:
    """The same Deployment, with everything it names in it."""
    played: dict[str, Any] = copy.deepcopy(dict(deployment))
    pod = played["spec"]["template"]["spec"]
    pod["hostNetwork"] = True
    pod["volumes"] = [_volume(each, around) for each in pod.get("volumes", ())]
    for container in (*pod.get("initContainers", ()), *pod["containers"]):
        _settle(container, around)
    return played


def readiness(deployment: Document) -> str:
    """The path by which the one container says that it is ready; KeyError if it never does."""
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return str(container["readinessProbe"]["httpGet"]["path"])


def _settle(container: dict[str, Any], around: Surroundings) -> None:
    variables = dict(_variables(container, around))
    unknown = around.settings.keys() - variables.keys()
    if unknown:
        raise Unresolved(f"no such variable: {', '.join(sorted(unknown))}")
    variables |= around.settings
    container["env"] = [{"name": name, "value": text} for name, text in variables.items()]
    container |= {"image": around.image, "imagePullPolicy": "Never"}
    for name in ("envFrom", "ports", *PROBES):
        container.pop(name, None)


def _variables(container: Document, around: Surroundings) -> Iterator[tuple[str, str]]:
    for source in container.get("envFrom", ()):
        for kind, key in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
            if key in source:
                yield from around.content(kind, source[key]["name"]).items()
    for variable in container.get("env", ()):
        if "value" in variable:
            yield variable["name"], variable["value"]
        else:
            yield from _from_elsewhere(variable["name"], variable["valueFrom"], around)


def _from_elsewhere(name: str, source: Document, around: Surroundings) -> Iterable[tuple[str, str]]:
    if "fieldRef" in source:
        return [(name, FIELDS[source["fieldRef"]["fieldPath"]])]
    kind, key = ("Secret", "secretKeyRef") if "secretKeyRef" in source else (
        "ConfigMap", "configMapKeyRef"
    )  # fmt: skip
    wanted = source[key]
    try:
        return [(name, around.content(kind, wanted["name"])[wanted["key"]])]
    except (KeyError, Unresolved) as missing:
        if wanted.get("optional"):
            return []
        raise Unresolved(f"{name}: {kind} {wanted['name']}, key {wanted['key']}") from missing


def _volume(volume: Document, around: Surroundings) -> dict[str, Any]:
    name = volume["name"]
    for kind, key, named in SOURCES:
        if key in volume:
            content = around.content(kind, volume[key][named])
            folder = _written(content, volume[key].get("items"), around.folder / name)
            return {"name": name, "hostPath": {"path": str(folder), "type": "Directory"}}
    if "emptyDir" in volume:
        return dict(volume)
    raise Unresolved(f"volume {name}: neither settings, secrets nor an empty folder")


def _written(content: Mapping[str, str], items: Sequence[Document] | None, folder: Path) -> Path:
    """The files of a volume, of `items` or of all keys; as fsGroup and mode 0440 give them."""
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    for item in items or [{"key": key, "path": key} for key in content]:
        if item["key"] not in content:
            raise Unresolved(f"volume {folder.name}: key {item['key']}")
        path = folder / item["path"]
        path.write_text(content[item["key"]])
        os.chown(path, -1, GROUP)
        path.chmod(0o440)
    return folder
