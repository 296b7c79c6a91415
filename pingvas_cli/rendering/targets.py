"""Which template, module or value makes which file of Terraform's part of the rendered tree.

A file's path here, minus `.j2`, is its path there. Modules are plain HCL and copied as they are;
their tests stay behind. Nothing is read or rendered in this file; `manifests` has Kubernetes' part.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from pingvas_cli.rendering.contexts.root import Root
from pingvas_cli.rendering.environment import SHIPPED

TEMPLATES: Final = SHIPPED
PLATFORM: Final = "terraform/platform"
ROOTS: Final = (PLATFORM,)
MODULES: Final = "terraform/modules"
VALUES: Final = f"{PLATFORM}/terraform.tfvars.json"
KEPT: Final = (".tf", ".md", ".js", ".json")
LEFT_OUT: Final = frozenset({"tests"})

Kind = Literal["template", "copy", "values", "seed"]


@dataclass(frozen=True)
class Target:
    """One file of the tree and what it is made from, both relative to their folders.

    `names` are what a template sees; one template may make several files. A `seed` is a template
    whose file is written once, when it is not there, and belongs to others from then on.
    """

    path: str
    source: str
    kind: Kind
    names: Mapping[str, object] = field(default_factory=dict)


def targets(root: Root, templates: Path = TEMPLATES) -> tuple[Target, ...]:
    """Every file of the tree, sorted by path."""
    found = [Target(VALUES, "", "values")]
    for folder in ROOTS:
        found += [_target(source, root) for source in _files(templates, folder)]
    for module in os.scandir(templates / MODULES):
        if module.name not in root.absent:
            sources = _files(templates, f"{MODULES}/{module.name}")
            found += [_target(source, root) for source in sources]
    return tuple(sorted(found, key=lambda one: one.path))


def _target(source: str, root: Root) -> Target:
    if source.endswith(".j2"):
        return Target(source.removesuffix(".j2"), source, "template", {"root": root})
    return Target(source, source, "copy")


def _files(templates: Path, folder: str) -> Iterator[str]:
    """The files of a folder and below, as paths relative to the templates."""
    for entry in os.scandir(templates / folder):
        path = f"{folder}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in LEFT_OUT:
                yield from _files(templates, path)
        elif PurePosixPath(entry.name.removesuffix(".j2")).suffix in KEPT:
            yield path
