"""Server-side apply: who owns which field, what conflicts, and what goes when nobody owns it.

Pure. A path is written as in `fieldsV1`: `f:` a member, `k:` an item by its keys, `v:` one of a
set.
Source: kubernetes.io/docs/reference/using-api/server-side-apply
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, Literal

from tests.servers.api_server.shapes import Shape

Path = tuple[str, ...]
Object = dict[str, Any]
Operation = Literal["Apply", "Update"]
Owner = tuple[str, Operation]
Owners = Mapping[Owner, frozenset[Path]]

ITEM: Final = object()
"""The value of an item as such; its members have their own paths."""
UNOWNED: Final = frozenset(
    {
        ("f:apiVersion",),
        ("f:kind",),
        *(
            ("f:metadata", f"f:{name}")
            for name in ("name", "namespace", "uid", "resourceVersion", "generation")
        ),
        ("f:metadata", "f:creationTimestamp"),
        ("f:metadata", "f:deletionTimestamp"),
        ("f:metadata", "f:managedFields"),
    }
)


@dataclass
class Conflict(Exception):
    """Fields that others own and that would change."""

    fields: tuple[tuple[str, Path], ...]


def apply(
    shape: Shape, live: Object, owners: Owners, sent: Object, manager: str, force: bool
) -> tuple[Object, Owners]:
    """The object and its owners afterwards; raises Conflict unless forced."""
    here: Owner = (manager, "Apply")
    wanted = fields_of(shape, sent)
    others = {who: paths for who, paths in owners.items() if who != here}
    taken = _taken(fields_of(shape, live), others, wanted)
    if taken and not force:
        raise Conflict(tuple((who[0], path) for who, path in taken))
    kept = _without(others, {path for _, path in taken})
    merged = merge(shape, live, sent)
    gone = owners.get(here, frozenset()) - frozenset(wanted)
    for path in sorted(gone, key=len):
        if not _is_key(path) and not _is_owned(path, (*kept.values(), frozenset(wanted))):
            remove(shape, merged, path)
    return merged, _living(shape, merged, {**kept, here: frozenset(wanted)})


def update(shape: Shape, live: Object, owners: Owners, new: Object, manager: str) -> Owners:
    """The owners after a plain write: it takes what it changes, and forgets what it removes."""
    before, after = fields_of(shape, live), fields_of(shape, new)
    changed = {path for path in after if path not in before or before[path] != after[path]}
    here: Owner = (manager, "Update")
    kept = _without(owners, changed)
    return _living(shape, new, {**kept, here: kept.get(here, frozenset()) | changed})


def fields_of(shape: Shape, value: Any) -> dict[Path, Any]:
    """Every field that can be owned, with its value."""
    return {path: found for path, found in _walk(shape, value, ()) if path not in UNOWNED}


def merge(shape: Shape, live: Any, sent: Any) -> Any:
    """What is sent laid over what is there; neither is changed."""
    if isinstance(live, dict) and isinstance(sent, dict) and not shape.atomic:
        laid = {key: merge(shape.member(key), live.get(key), sent[key]) for key in sent}
        return {**deepcopy(live), **laid}
    if isinstance(live, list) and isinstance(sent, list) and shape.listed != "atomic":
        found = {shape.name_of(each): each for each in live}
        for each in sent:
            name = shape.name_of(each)
            found[name] = merge(shape.item, found.get(name), each)
        return deepcopy(list(found.values()))
    return deepcopy(sent)


def remove(shape: Shape, value: Any, path: Path) -> None:
    """Take a field out, in place; nothing happens when it is not there."""
    first, rest = path[0], path[1:]
    if isinstance(value, list):
        place = next((i for i, each in enumerate(value) if shape.name_of(each) == first), None)
        if place is not None:
            _step(shape.item, value, place, rest)
    elif isinstance(value, dict) and first[2:] in value:
        _step(shape.member(first[2:]), value, first[2:], rest)


def managed_fields(owners: Owners, api_version: str, when: str) -> list[Object]:
    """As `metadata.managedFields` shows them."""
    return [
        {
            "manager": manager,
            "operation": operation,
            "apiVersion": api_version,
            "time": when,
            "fieldsType": "FieldsV1",
            "fieldsV1": _tree(paths),
        }
        for (manager, operation), paths in sorted(owners.items())
    ]


def _walk(shape: Shape, value: Any, at: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict) and value and not shape.atomic:
        for name, each in value.items():
            yield from _walk(shape.member(name), each, (*at, f"f:{name}"))
    elif isinstance(value, list) and value and shape.listed != "atomic":
        for each in value:
            yield from _walk_item(shape, each, (*at, shape.name_of(each)))
    else:
        yield at, value


def _walk_item(shape: Shape, item: Any, at: Path) -> Iterator[tuple[Path, Any]]:
    yield at, ITEM
    if shape.listed == "map":
        yield from _walk(shape.item, item, at)


def _taken(
    live: Mapping[Path, Any], others: Owners, wanted: Mapping[Path, Any]
) -> list[tuple[Owner, Path]]:
    return [
        (who, path)
        for who, paths in sorted(others.items())
        for path in sorted(paths & frozenset(wanted))
        if live.get(path, ITEM) != wanted[path]
    ]


def _without(owners: Owners, paths: Iterable[Path]) -> Owners:
    lost = frozenset(paths)
    return {who: owned - lost for who, owned in owners.items()}


def _living(shape: Shape, value: Object, owners: Owners) -> Owners:
    there = frozenset(fields_of(shape, value))
    alive = {who: paths & there for who, paths in owners.items()}
    return {who: paths for who, paths in alive.items() if paths}


def _is_owned(path: Path, owned: Iterable[frozenset[Path]]) -> bool:
    return any(each[: len(path)] == path for paths in owned for each in paths)


def _is_key(path: Path) -> bool:
    """Whether it names an item of a list: it goes with the item, and not before."""
    item = path[-2] if len(path) > 1 else ""
    return item.startswith("k:") and path[-1][2:] in json.loads(item[2:])


def _step(shape: Shape, holder: Any, place: Any, rest: Path) -> None:
    if rest:
        remove(shape, holder[place], rest)
    if not rest or holder[place] == {} or holder[place] == []:
        del holder[place]


def _tree(paths: Iterable[Path]) -> Object:
    top: Object = {}
    owned = frozenset(paths)
    for path in sorted(owned):
        node = top
        for depth, name in enumerate(path, start=1):
            node = node.setdefault(name, {})
            if path[:depth] in owned and depth < len(path):
                node["."] = {}
    return top
