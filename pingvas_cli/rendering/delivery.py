"""Which template makes which file of Argo CD's and GitHub's part of the rendered tree.

It is made last: applications follow from the folders that all other rooms have. Nothing is read or
rendered in this file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pingvas_cli.rendering.contexts.delivery import delivery
from pingvas_cli.rendering.contexts.place import Site, places
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.contexts.workflows import workflows
from pingvas_cli.rendering.targets import Target

ENDING: Final = ".j2"
ROOMS: Final = ("argocd", "argocd/projects", "argocd/applications", ".github/workflows")


def deliveries(platform: Platform, templates: Path, rendered: Iterable[str]) -> Iterator[Target]:
    """Every file; `rendered` are the paths of all others."""
    site = Site(platform.configuration)
    names = {
        "delivery": delivery(site, places(platform), rendered),
        "workflows": workflows(site),
    }
    for room in ROOMS:
        for entry in os.scandir(templates / room):
            if entry.name.endswith(ENDING):
                source = f"{room}/{entry.name}"
                yield Target(source.removesuffix(ENDING), source, "template", names)
