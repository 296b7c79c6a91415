"""What a key takes, in words, from its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from docs.generators.markdown import code

Schema = Mapping[str, Any]

NAMES: Final = {
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "string": "text",
    "null": "nothing",
    "object": "keys with values",
}
BOUNDS: Final = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
    "minLength": "length at least {}",
    "maxLength": "length at most {}",
    "pattern": "matching {}",
}


def property_at(whole: Schema, path: Sequence[str]) -> Schema:
    """The schema of the key at `path`."""
    here = whole
    for key in path:
        here = _resolved(here, whole)["properties"][key]
    return here


def kind_of(found: Schema, whole: Schema) -> str:
    """One phrase: `whole number, at least 1, at most 16`."""
    found = _resolved(found, whole)
    if "anyOf" in found:
        return " or ".join(dict.fromkeys(kind_of(each, whole) for each in found["anyOf"]))
    if "enum" in found or "const" in found:
        allowed = found.get("enum", [found.get("const")])
        return "one of " + ", ".join(f"`{each}`" for each in allowed)
    return ", ".join([_name(found, whole), *_bounds(found)])


def _name(found: Schema, whole: Schema) -> str:
    if found.get("type") != "array":
        return NAMES[found.get("type", "string")]
    entries = found.get("items") or found["prefixItems"][0]
    return f"list of: {kind_of(entries, whole)}"


def _bounds(found: Schema) -> list[str]:
    same = found.get("minItems") == found.get("maxItems") and "minItems" in found
    if same:
        return [f"{found['minItems']} entries"]
    limits = {**found, "pattern": code(str(found.get("pattern")))}
    return [words.format(limits[key]) for key, words in BOUNDS.items() if key in found]


def _resolved(found: Schema, whole: Schema) -> Schema:
    reference = found.get("$ref")
    if reference is None:
        return found
    resolved: Schema = whole["$defs"][reference.rpartition("/")[2]]
    return resolved
