"""What Terraform plans for a configuration, as JSON and as counts by address."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pingvas_cli.rendering.targets import ROOTS
from pingvas_cli.rendering.writer import write
from tests.golden import tree
from tests.terraform.judges import Judge, Told

CONFIGURATIONS: Final = ("default", "two-region")
INDEX: Final = re.compile(r'\["[^"]*"\]|\[\d+\]')


@dataclass(frozen=True)
class Plan:
    """What Terraform said while it planned a root, and the plan as `terraform show -json` has it.

    `document` raises AssertionError with Terraform's words when there is no plan.
    """

    told: Told

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """The plan."""
        assert self.told.code == 0, self.told.text[-3000:]
        found: Mapping[str, Any] = json.JSONDecoder().raw_decode(self.told.text)[0]
        return found


def plans(judged: Judge, name: str, folder: Path) -> Mapping[str, Plan]:
    """The plan of each root of a golden configuration, which is written to the folder."""
    write(tree(name), folder)
    return {root: Plan(judged.run("show-json", folder / root)) for root in ROOTS}


def counts(several: Iterable[Plan]) -> dict[str, int]:
    """How many resources are planned at each address without indexes."""
    found = Counter(
        INDEX.sub("", resource["address"])
        for plan in several
        for resource in managed(plan.document["planned_values"]["root_module"])
    )
    return dict(sorted(found.items()))


def managed(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The resources of a planned module and of those below it, without data."""
    yield from (each for each in module.get("resources", ()) if each["mode"] == "managed")
    for child in module.get("child_modules", ()):
        yield from managed(child)
