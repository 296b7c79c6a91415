"""What was written, in order of rank, with the place of each value.

A later layer wins key by key; lists and plain values are replaced whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pingvas_cli.config.tree import KeyPath, dotted

Tree = dict[str, object]


@dataclass(frozen=True)
class Origin:
    """Where a value comes from: `pingvas.yaml:12`, a variable's name, or the defaults."""

    kind: Literal["default", "file", "variable"]
    place: str = ""
    text: str = ""


@dataclass(frozen=True)
class Layer:
    """One file or the environment: its tree and the origin of each key in it."""

    tree: Tree
    origins: Mapping[KeyPath, Origin]


@dataclass
class Layers:
    """The layers laid so far, as one tree."""

    tree: Tree = field(default_factory=dict)
    origins: dict[KeyPath, Origin] = field(default_factory=dict)

    @classmethod
    def of(cls, layers: Sequence[Layer]) -> Layers:
        """All `layers`, the last one on top."""
        laid = cls()
        for layer in layers:
            laid._lay(laid.tree, layer.tree, ())
            laid.origins.update(layer.origins)
        return laid

    def where(self, path: Sequence[str | int], *others: Sequence[str | int]) -> str:
        """A place and a key for people: the key itself, another involved key, or its section."""
        written = [one for one in (path, *others) if _text(one) in self.origins]
        chosen = _text(written[0] if written else path)
        origin = next((self.origins[key] for key in _upwards(chosen) if key in self.origins), None)
        return f"{origin.place} {dotted(chosen)}" if origin else dotted(path)

    def origin(self, path: Sequence[str | int]) -> Origin | None:
        """The origin of exactly this key."""
        return self.origins.get(_text(path))

    def _lay(self, below: Tree, above: Tree, path: KeyPath) -> None:
        for key, value in above.items():
            here, known = (*path, key), below.get(key)
            if isinstance(known, dict) and isinstance(value, dict):
                self._lay(known, value, here)
            else:
                self._forget(here)
                below[key] = _copy(value)

    def _forget(self, path: KeyPath) -> None:
        for known in [one for one in self.origins if one[: len(path)] == path]:
            del self.origins[known]


def _text(path: Sequence[str | int]) -> KeyPath:
    return tuple(str(key) for key in path)


def _upwards(path: KeyPath) -> list[KeyPath]:
    return [path[:length] for length in range(len(path), 0, -1)]


def _copy(value: object) -> object:
    return {key: _copy(item) for key, item in value.items()} if isinstance(value, dict) else value
