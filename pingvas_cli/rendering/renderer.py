"""Renders a configuration: a pure function to `{path: bytes}`.

It reads the templates that are shipped with the program and nothing else; the same configuration
gives the same bytes on every machine and at every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pingvas_cli.rendering.contexts.place import is_on_aws
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.contexts.root import Root, root_of
from pingvas_cli.rendering.contexts.variables import variables
from pingvas_cli.rendering.delivery import deliveries
from pingvas_cli.rendering.manifests import manifests
from pingvas_cli.rendering.targets import TEMPLATES, Target, targets
from pingvas_cli.rendering.tree import Tree, as_json

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Tree", "as_json", "render"]


def render(platform: Platform, templates: Path = TEMPLATES, cache: Path | None = None) -> Tree:
    """The whole tree, sorted by path; raises `rendering.incomplete` when AWS needs more values.

    `cache` is a folder for compiled templates; it makes rendering faster and never different.
    """
    renderer = _Renderer(platform, templates, cache)
    found = sorted(renderer.targets(), key=lambda one: one.path)
    return {target.path: renderer.made(target) for target in found}


class _Renderer:
    """One rendering."""

    def __init__(self, platform: Platform, templates: Path, cache: Path | None) -> None:
        self._platform, self._templates, self._cache = platform, templates, cache

    def targets(self) -> Iterator[Target]:
        """Every file; a cluster of one's own needs no Terraform."""
        if is_on_aws(self._platform.configuration):
            yield from targets(self._root, self._templates)
        found = manifests(self._platform, self._templates)
        yield from found
        if is_on_aws(self._platform.configuration):
            paths = (one.path for one in found)
            yield from deliveries(self._platform, self._templates, paths)

    def made(self, target: Target) -> bytes:
        """The content of one file."""
        match target.kind:
            case "copy":
                return (self._templates / target.source).read_bytes()
            case "values":
                return as_json(variables(self._platform, self._root))
            case "template" | "seed":
                template = self._environment.get_template(target.source)
                return template.render(target.names).encode()

    @cached_property
    def _root(self) -> Root:
        return root_of(self._platform.configuration)

    @cached_property
    def _environment(self) -> Environment:
        from pingvas_cli.rendering.environment import environment

        return environment(self._templates, self._cache)
