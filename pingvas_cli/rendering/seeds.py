"""Files that rendering begins and others go on with: it writes one when it is not there, no more.

Releases belong to deliveries and promotions, facts to `bootstrap`. Neither their changes nor their
loss of meaning is drift; no render compares, replaces or deletes one.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

SEEDS: Final = ("k8s/releases/*", "k8s/facts/*/facts.yaml")


def is_seed(path: str) -> bool:
    """Whether the file of that path, as the rendered tree names it, is one."""
    return any(fnmatchcase(path, each) for each in SEEDS)
