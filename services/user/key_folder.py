"""Signing keys in a file or a folder, and when each of them signs.

A file's name tells from when its key signs: `20261123T074500Z-<key id>.pem`; any other name:
since ever. The newest that has begun signs. One that others have followed stays published until
the last token that it signed has expired. This room reads and reckons; `keys` changes the folder.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from services.user.access import SigningKey, SigningKeyUnusable

NAME = re.compile(r"(\d{8}T\d{6}Z)-.*")
TIME = "%Y%m%dT%H%M%SZ"
EVER = datetime.min.replace(tzinfo=UTC)
LEEWAY = timedelta(seconds=60)  # clocks of replicas differ

State = Literal["waiting", "signing", "superseded", "retired"]


@dataclass(frozen=True)
class KeptKey:
    """A key and the file it lies in; it signs from `signs_from` on."""

    path: Path
    key: SigningKey
    signs_from: datetime


@dataclass(frozen=True)
class Schedule:
    """Keys in the order in which they sign; tokens live `lifetime`."""

    keys: Sequence[KeptKey]
    lifetime: timedelta

    def signer(self, now: datetime) -> KeptKey:
        """The newest that has begun; before any has, the first."""
        begun = [kept for kept in self.keys if kept.signs_from <= now]
        return begun[-1] if begun else self.keys[0]

    def state(self, kept: KeptKey, now: datetime) -> State:
        """What a key is good for at that time; a retired one is good for nothing."""
        signer = self.signer(now)
        if kept is signer:
            return "signing"
        if kept.signs_from > now:
            return "waiting"
        follower = self.keys[self.keys.index(kept) + 1]
        expired = now > max(follower.signs_from, kept.signs_from) + self.lifetime + LEEWAY
        return "retired" if expired else "superseded"

    def published(self, now: datetime) -> list[KeptKey]:
        """Every key that signs, will sign, or signed a token that may still be good."""
        return [kept for kept in self.keys if self.state(kept, now) != "retired"]


def read(path: Path, lifetime: timedelta) -> Schedule:
    """The keys of a folder, or the one of a file; raises `SigningKeyUnusable`."""
    kept = [KeptKey(file, SigningKey.load(file), _signs_from(file)) for file in _files(path)]
    if not kept:
        raise SigningKeyUnusable(f"{path} has no signing key: python -m services.user.keys rotate")
    return Schedule(sorted(kept, key=lambda each: (each.signs_from, each.path.name)), lifetime)


def fingerprint(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Changes when a key is added, removed or replaced; raises `SigningKeyUnusable`."""
    try:
        found = [(file, file.stat()) for file in _files(path)]
    except OSError as unreadable:
        raise SigningKeyUnusable(f"{path} cannot be read: {unreadable.strerror}") from None
    return tuple((str(file), status.st_mtime_ns, status.st_ino) for file, status in found)


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.pem")) if path.is_dir() else [path]


def _signs_from(path: Path) -> datetime:
    named = NAME.fullmatch(path.stem)
    if named is None:
        return EVER
    try:
        return datetime.strptime(named[1], TIME).replace(tzinfo=UTC)
    except ValueError:
        return EVER
