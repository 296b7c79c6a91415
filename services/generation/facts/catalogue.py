"""Checkpoints and LoRAs as the catalogue has them, each remembered for two seconds.

Whoever comes then asks again; until the answer is there others get what was known, half a second
at most.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.contracts.jobs import JobKind
from services.generation.repository import submits
from services.kernel.db import Database

FOR_S = 2.0
WHILE_ASKED_S = 0.5
NAMES_AT_MOST = 2_000


@dataclass(frozen=True)
class Offer:
    """A row of `checkpoints`. One that tells no abilities makes pictures from words alone."""

    name: str
    kind: str
    family: str
    base: str
    abilities: Sequence[str]
    minimum_tier: str
    enabled: bool

    def is_able(self, kind: str) -> bool:
        """Can it do this kind of job?"""
        return kind in (self.abilities or (JobKind.TEXT_TO_IMAGE,))


@dataclass
class Catalogue:
    """What is not there is remembered too."""

    database: Database

    def __post_init__(self) -> None:
        self._known: dict[str, tuple[float, Offer | None]] = {}

    async def find(self, user_id: UUID, names: Collection[str]) -> Mapping[str, Offer]:
        """Those of the names that exist, whether on offer or not."""
        now = time.monotonic()
        wanted = [name for name in names if self._known.get(name, (0.0, None))[0] <= now]
        if wanted:
            known = {name: self._known[name][1] for name in wanted if name in self._known}
            self._known.update((name, (now + WHILE_ASKED_S, known[name])) for name in known)
            await self._load(user_id, wanted, now + FOR_S)
        found = ((name, self._known[name][1]) for name in names if name in self._known)
        return {name: offer for name, offer in found if offer is not None}

    async def _load(self, user_id: UUID, names: Sequence[str], until: float) -> None:
        rows = await submits.find_checkpoints(self.database, user_id, names)
        if len(self._known) > NAMES_AT_MOST:
            self._forget_before(until - 2 * FOR_S)
        self._known.update(dict.fromkeys(names, (until, None)))
        self._known.update({row["name"]: (until, Offer(**row)) for row in rows})

    def _forget_before(self, moment: float) -> None:
        self._known = {name: known for name, known in self._known.items() if known[0] > moment}
