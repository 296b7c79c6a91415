"""A rendered tree as it passes from file to file of this room, and how its JSON is written."""

from __future__ import annotations

import json
from collections.abc import Mapping

Tree = Mapping[str, bytes]


def as_json(value: object) -> bytes:
    """A document that reads well and differs only where its values do."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
