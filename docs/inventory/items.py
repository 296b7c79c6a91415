"""Every row, in its order, and how many resources Terraform plans at which address."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from docs.inventory.corrections_data import DATA_CORRECTIONS
from docs.inventory.corrections_platform import PLATFORM_CORRECTIONS
from docs.inventory.data import DATA
from docs.inventory.operations import OPERATIONS
from docs.inventory.platform import PLATFORM

INVENTORY: Final = (*PLATFORM, *DATA, *OPERATIONS)
CORRECTIONS: Final = (*PLATFORM_CORRECTIONS, *DATA_CORRECTIONS)
ITEMS: Final = (*INVENTORY, *CORRECTIONS)
PLANNED: Final = Path(__file__).parent / "planned.json"


@cache
def planned() -> Mapping[str, Mapping[str, int]]:
    """Resources at each address without indexes, of both roots, by configuration.

    `python -m tests.terraform` writes it from Terraform's plans; a test holds it to them.
    """
    found: dict[str, dict[str, int]] = json.loads(PLANNED.read_text(encoding="utf-8"))
    return found
