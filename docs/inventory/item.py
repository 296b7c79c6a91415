"""One row: an item of the inventory or a correction, and what stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Item:
    """`key` is the number of an item (`13`) or a correction's code (`N3`).

    `made`: patterns of resource addresses without indexes, in the default configuration's roots;
    `second_region`: more of them, in the plan with a second region alone.
    `held_by`: what else proves it beside runs whose label cites the key: a run (`edge/...`), a
    test function (`tests/...py::...`) or an error code (`config.pools_above_cap`).
    `elsewhere`: what of it Terraform can't reach, and where that stands.
    """

    key: str
    what: str
    made: tuple[str, ...] = ()
    second_region: tuple[str, ...] = ()
    held_by: tuple[str, ...] = ()
    elsewhere: str = ""

    def names(self, address: str) -> bool:
        """Whether a pattern of `made` fits an address without indexes."""
        return any(fnmatchcase(address, pattern) for pattern in self.made)
