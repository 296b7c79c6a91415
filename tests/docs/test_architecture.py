"""The page about the architecture names exactly the rooms that the import contracts hold."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from pingvas_cli.bootstrap.local.sequence import LOCAL
from tests.docs.markdown import ROOT, text_of

PAGE = text_of("docs/explanation/architecture.md")
ROW = re.compile(r"^\| `((?:pingvas_cli|services|worker)\.\w+)` \|", re.MULTILINE)
KEYS = ("layers", "modules", "source_modules", "forbidden_modules", "containers")


def contracts() -> list[Mapping[str, Any]]:
    """The import contracts as they are written."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found: list[Mapping[str, Any]] = project["tool"]["importlinter"]["contracts"]
    return found


def rooms() -> Iterator[str]:
    """The room of every module of ours that a contract names: package and first name in it."""
    for contract in contracts():
        for line in (line for key in KEYS for line in contract.get(key, ())):
            for module in line.split("|"):
                names = module.strip().split(".")
                if names[0] in ("pingvas_cli", "services", "worker") and len(names) > 1:
                    yield ".".join(names[:2])


def test_it_names_the_rooms_of_the_contracts() -> None:
    assert sorted(ROW.findall(PAGE)) == sorted(set(rooms()))


def test_it_names_the_layers_inside_a_service_in_their_order() -> None:
    (layers,) = [contract["layers"] for contract in contracts() if "containers" in contract]
    assert " > ".join(f"`{layer}`" for layer in layers) in PAGE


def test_the_command_lines_rooms_stand_in_the_contracts_order() -> None:
    layers = contracts()[0]["layers"]
    order = {room.strip(): height for height, line in enumerate(layers) for room in line.split("|")}
    heights = [order[room] for room in ROW.findall(PAGE) if room in order]
    assert heights == sorted(heights)


def test_it_counts_the_steps() -> None:
    assert f"inspects all {len(LOCAL)}" in PAGE
