"""What Terraform plans for a configuration, as JSON and as counts by address."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pingvas_cli.rendering.targets import ROOTS
from pingvas_cli.rendering.writer import write
from tests.golden import tree
from tests.terraform.judges import Judge

CONFIGURATIONS: Final = ("default", "two-region")
INDEX: Final = re.compile(r'\["[^"]*"\]|\[\d+\]')


def plans(judged: Judge, name: str, folder: Path) -> tuple[Mapping[str, Any], ...]:
    """The plan of each root of a golden configuration, as `terraform show -json` gives it."""
    write(tree(name), folder)
    return tuple(_plan(judged, folder / root) for root in ROOTS)


def counts(several: tuple[Mapping[str, Any], ...]) -> dict[str, int]:
    """How many resources are planned at each address without indexes."""
    found = Counter(
        INDEX.sub("", resource["address"])
        for plan in several
        for resource in _resources(plan["planned_values"]["root_module"])
        if resource["mode"] == "managed"
    )
    return dict(sorted(found.items()))


def _plan(judged: Judge, root: Path) -> Mapping[str, Any]:
    told = judged.run("show-json", root)
    assert told.code == 0, told.text[-3000:]
    document: Mapping[str, Any] = json.JSONDecoder().raw_decode(told.text)[0]
    return document


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from module.get("resources", ())
    for child in module.get("child_modules", ()):
        yield from _resources(child)
