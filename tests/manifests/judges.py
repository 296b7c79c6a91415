"""Who judges manifests: kustomize as `kubectl` has it, and the schemas of three Kubernetes minors.

Core kinds are judged strictly: an unknown or removed kind, or an unknown field, is a fault. Custom
resources are judged by the schemas of their definitions where this machine has them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry, Resource

from tests.architecture.tree import ROOT

MINORS: Final = ("1.34", "1.35", "1.36")
CRDS: Final = Path(os.environ.get("PINGVAS_CRDS", ROOT.parent / "shared" / "schemas" / "crds"))
BUILT_IN: Final = ("k8s.io", "apps", "batch", "policy", "autoscaling")
NOT_SENT: Final = ("kustomize.config.k8s.io",)
"""What kustomize reads itself."""

Document = Mapping[str, Any]


def kubectl() -> str:
    """The program of this environment, else the one on PATH; raises when there is none."""
    beside = Path(sys.executable).parent / "kubectl"
    found = str(beside) if beside.exists() else shutil.which("kubectl")
    if found is None:
        raise RuntimeError("kubectl is not installed: pip install -e '.[dev]'")
    return found


def kustomized(folder: Path) -> tuple[Document, ...]:
    """What `kubectl kustomize` makes of a folder; raises with its words when it refuses."""
    told = subprocess.run(
        [kubectl(), "kustomize", str(folder)], capture_output=True, text=True, check=False
    )
    if told.returncode or told.stderr:
        raise AssertionError(f"{folder}: {told.stderr}")
    return documents(told.stdout)


def documents(text: str | bytes) -> tuple[Document, ...]:
    """The documents of a YAML file, empty ones left out."""
    return tuple(one for one in yaml.safe_load_all(text) if one)


def faults(found: Iterable[Document], minors: Iterable[str] = MINORS) -> Iterator[str]:
    """What is wrong with each document, in words; nothing for those that only kustomize reads."""
    for one in found:
        if is_custom(one):
            yield from _against(one, custom_schema(one), "its definition")
        elif not str(one["apiVersion"]).startswith(NOT_SENT):
            for minor in minors:
                yield from _against(one, core_schema(one, minor), minor)


def is_custom(one: Document) -> bool:
    """Whether it is of a kind that Kubernetes itself does not have."""
    group, _, version = str(one["apiVersion"]).rpartition("/")
    return bool(group) and bool(version) and not group.endswith(BUILT_IN)


def has_definitions() -> bool:
    """Whether this machine has the schemas of custom resources."""
    return CRDS.is_dir()


def name_of(one: Document) -> str:
    """Kind and name, for words."""
    return f"{one['kind']}/{one['metadata']['name']}"


def core_schema(one: Document, minor: str) -> Validator | None:
    """The strict schema of a kind in a minor version; None when it has no such kind."""
    return _core(str(one["apiVersion"]), str(one["kind"]), minor)


def custom_schema(one: Document) -> Validator | None:
    """The schema of a custom resource; None when nobody defined it."""
    return _custom(str(one["apiVersion"]), str(one["kind"]))


def _against(one: Document, schema: Validator | None, by: str) -> Iterator[str]:
    if schema is None:
        yield f"{name_of(one)}: {by} knows no {one['apiVersion']} {one['kind']}"
        return
    for error in schema.iter_errors(one):
        yield f"{name_of(one)}: {by}: {error.json_path}: {error.message[:300]}"


@cache
def _core(api_version: str, kind: str, minor: str) -> Validator | None:
    group, _, version = api_version.rpartition("/")
    stem = "-".join(filter(None, (kind.lower(), group.partition(".")[0], version)))
    file = files("kubernetes_validate").joinpath(_schemas(minor), f"{stem}.json")
    if not file.is_file():
        return None
    return Draft202012Validator(json.loads(file.read_text()), registry=_definitions(minor))


@cache
def _custom(api_version: str, kind: str) -> Validator | None:
    group, _, version = api_version.partition("/")
    file = CRDS / group / f"{kind.lower()}_{version}.json"
    return Draft7Validator(json.loads(file.read_text())) if file.exists() else None


@cache
def _definitions(minor: str) -> Registry[Any]:
    file = files("kubernetes_validate").joinpath(_schemas(minor), "_definitions.json")
    definitions = Resource.from_contents(json.loads(file.read_text()))
    return definitions @ Registry()


def _schemas(minor: str) -> str:
    return f"kubernetes-json-schema/v{minor}.0-local-strict"
