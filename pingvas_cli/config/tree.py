"""The configuration seen as a tree of keys: plain values, leaves, and what a key may hold.

Used to show values and to explain mistakes. It must not read files or environments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal, get_args, get_origin

from pydantic import SecretStr

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.section import Section

MASK = "********"
KeyPath = tuple[str, ...]


def dotted(path: Sequence[str | int]) -> str:
    """A key path as people write it: `network.private_subnets.1`."""
    return ".".join(str(key) for key in path)


def plain(value: object) -> object:
    """A value made of what JSON knows; secrets are masked."""
    match value:
        case Section():
            return {name: plain(getattr(value, name)) for name in type(value).model_fields}
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case tuple() | list():
            return [plain(item) for item in value]
        case Decimal():
            return int(value) if value == value.to_integral_value() else str(value)
        case SecretStr():
            return MASK
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def leaves(tree: Mapping[str, object], above: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    """Each value of a plain tree with its path; a list counts as one value."""
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, (*above, key))
        else:
            yield (*above, key), value


def kind_at(path: Sequence[str | int]) -> type[Section] | None:
    """The class of the section or part at `path`; None where a plain value stands."""
    kind: type[Section] | None = Configuration
    for key in path:
        field = kind.model_fields.get(str(key)) if kind is not None else None
        found = field.annotation if field is not None else None
        kind = found if isinstance(found, type) and issubclass(found, Section) else None
    return kind


def is_known(path: Sequence[str]) -> bool:
    """Whether `path` leads to a section, a part, or a value; keys of a mapping are free."""
    holder = kind_at(path[:-1])
    if holder is not None:
        return path[-1] in holder.model_fields
    return len(path) > 1 and is_known(path[:-1]) and _annotation(path[:-1]) == dict[str, str]


def is_secret(path: Sequence[str]) -> bool:
    """Whether the value at `path` is a secret."""
    return SecretStr in get_args(_annotation(path))


def choices(path: Sequence[str]) -> tuple[object, ...]:
    """The values among which the one at `path` is chosen; empty when it is free."""
    annotation = _annotation(path)
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def known_keys(path: Sequence[str | int]) -> tuple[str, ...]:
    """The keys that may stand under `path`."""
    kind = kind_at(path)
    return tuple(kind.model_fields) if kind is not None else ()


def _annotation(path: Sequence[str]) -> object:
    holder = kind_at(path[:-1])
    field = holder.model_fields.get(path[-1]) if holder is not None else None
    return field.annotation if field is not None else None
