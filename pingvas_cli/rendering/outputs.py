"""Which fact of the manifests is which of Terraform's outputs, and files of facts filled in.

The one table of both. What is not Terraform's is given beside: the authorities that sign the
database's certificates, and the image of nodes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from pingvas_cli.rendering.contexts.facts import (
    CACHE_HOST,
    CHECKPOINTS_VOLUME,
    DATABASE_AUTHORITIES,
    DATABASE_HOST,
    NODE_IMAGE,
    facts,
    target_group,
)
from pingvas_cli.rendering.contexts.place import SERVICES, Place

Outputs = Mapping[str, Mapping[str, Any]]
Path = tuple[str, ...]

FROM_OUTPUTS: Final[Mapping[str, tuple[Path, ...]]] = {
    DATABASE_HOST: (("databases", "{environment}", "endpoint"),),
    CACHE_HOST: (("caches", "{environment}", "primary_endpoint"),),
    CHECKPOINTS_VOLUME: (
        ("file_store", "file_system_id"),
        ("file_store", "access_point_ids", "{environment}"),
    ),
    **{
        target_group(service): (("edge", "target_group_arns", f"{{environment}}/{service}"),)
        for service in SERVICES
    },
}
"""Fact => output and the keys in it. Two make a volume's handle, FILE_SYSTEM::ACCESS_POINT."""
FROM_ELSEWHERE: Final = frozenset({DATABASE_AUTHORITIES, NODE_IMAGE})


def facts_from_outputs(place: Place, outputs: Outputs) -> dict[str, str]:
    """The facts of an environment that Terraform knows; those it doesn't tell yet are left out."""
    wanted = (name for name in facts(place) if name in FROM_OUTPUTS)
    found = {name: _value(place, FROM_OUTPUTS[name], outputs) for name in wanted}
    return {name: text for name, text in found.items() if text}


def filled(text: str, known: Mapping[str, str]) -> str:
    """A file of facts, as rendering began it, with the values that are known; others stay as they
    are, and a fact that the file doesn't have is not added."""
    for name, value in known.items():
        line = f"  {name}: {json.dumps(value, ensure_ascii=False)}".replace("\\", r"\\")
        text = re.sub(rf"^  {re.escape(name)}: .*$", line, text, flags=re.MULTILINE)
    return text


def _value(place: Place, paths: tuple[Path, ...], outputs: Outputs) -> str:
    parts = [
        _at(outputs, tuple(key.format(environment=place.name) for key in one)) for one in paths
    ]
    return "::".join(parts) if all(parts) else ""


def _at(outputs: Outputs, path: Path) -> str:
    found: Any = outputs
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return str(found or "")
