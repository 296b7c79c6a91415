"""A rendered Deployment as Debian's podman plays it, on a test's servers instead of the cloud's.

Changed, and nothing else: the network is the host's; settings and Secrets are resolved into plain
variables and folders (podman 4.3 reads no Secret of its own as a variable); probes are taken out,
since podman would ask by a shell and curl inside, and the test asks by `readiness`.
"""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Document = Mapping[str, Any]
GROUP = 10_001
REFERENCE = re.compile(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_]*)\)")
SOURCES = (("Secret", "secret", "secretName"), ("ConfigMap", "configMap", "name"))
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
FIELDS = {"metadata.name": "podman", "metadata.namespace": "podman", "status.podIP": "127.0.0.1"}


class Unresolved(Exception):
    """The Deployment names something that nobody gives."""


@dataclass(frozen=True)
class Surroundings:
    """What stands in for the cluster.

    `settings` win over whatever the Deployment says of a variable that it has, and may name its
    other variables as it may. `documents` are the ConfigMaps and Secrets; `folder` takes what
    becomes files.
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


def expanded(text: str, known: Mapping[str, str]) -> str:
    """`$(NAME)` as Kubernetes puts it in: an unknown one stays, and `$$` is one `$`."""
    return REFERENCE.sub(
        lambda found: "$" if found[0] == "$$" else known.get(found[1], found[0]), text
    )


def _settle(container: dict[str, Any], around: Surroundings) -> None:
    variables = _variables(container, around)
    unknown = around.settings.keys() - variables.keys()
    if unknown:
        raise Unresolved(f"no such variable: {', '.join(sorted(unknown))}")
    container["env"] = [{"name": name, "value": text} for name, text in variables.items()]
    container |= {"image": around.image, "imagePullPolicy": "Never"}
    for name in ("envFrom", "ports", *PROBES):
        container.pop(name, None)


def _variables(container: Document, around: Surroundings) -> dict[str, str]:
    """In Kubernetes' order, in which later ones may name earlier ones."""
    known: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        for kind, key in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
            if key in source:
                known |= around.content(kind, source[key]["name"])
    known |= {name: text for name, text in around.settings.items() if name in known}
    for variable in container.get("env", ()):
        name = variable["name"]
        text = around.settings.get(name, variable.get("value"))
        if text is None:
            known |= _from_elsewhere(name, variable["valueFrom"], around)
        else:
            known[name] = expanded(text, known)
    return known


def _from_elsewhere(name: str, source: Document, around: Surroundings) -> dict[str, str]:
    if "fieldRef" in source:
        return {name: FIELDS[source["fieldRef"]["fieldPath"]]}
    kind, key = ("Secret", "secretKeyRef") if "secretKeyRef" in source else (
        "ConfigMap", "configMapKeyRef"
    )  # fmt: skip
    wanted = source[key]
    try:
        return {name: around.content(kind, wanted["name"])[wanted["key"]]}
    except (KeyError, Unresolved) as missing:
        if wanted.get("optional"):
            return {}
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
