"""What travels in requests and answers, from the schemas of an OpenAPI document, as tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from docs.generators.kinds import Schema, kind_of
from docs.generators.markdown import table

FORMATS: Final = {
    "uuid": "UUID",
    "date-time": "time, ISO 8601",
    "date": "date",
    "binary": "bytes",
    "password": "text, never shown again",
    "uri": "address",
}


def shape_tables(schemas: Mapping[str, Schema]) -> Iterator[str]:
    """A heading and a table for each schema with fields."""
    for name, found in sorted(schemas.items()):
        if "properties" in found:
            yield f"### `{name}`"
            yield _first_line(found.get("description", ""))
            yield table(("field", "is", "meaning"), _fields(found, schemas))


def phrase(found: Schema, schemas: Mapping[str, Schema]) -> str:
    """What a value is: its kind and limits, or a link to the table of its fields."""
    name = str(found.get("$ref", "")).rpartition("/")[2]
    if name and "properties" in schemas[name]:
        return f"[`{name}`](#{name.lower()})"
    if name:
        return phrase(schemas[name], schemas)
    if "anyOf" in found or "oneOf" in found:
        kinds = (phrase(each, schemas) for each in found.get("anyOf") or found["oneOf"])
        return " or ".join(dict.fromkeys(kinds))
    if found.get("type") == "array":
        return f"list of {phrase(found.get('items', {}), schemas)}{_bounds(found, schemas)}"
    if found.get("format") in FORMATS:
        return FORMATS[found["format"]] + _bounds(found, schemas)
    return kind_of(found, {"$defs": schemas}) if found.get("type") or "enum" in found else "any"


def _fields(found: Schema, schemas: Mapping[str, Schema]) -> Iterator[tuple[str, str, str]]:
    required = set(found.get("required", ()))
    for name, each in found["properties"].items():
        needed = "" if name in required else _default(each)
        yield f"`{name}`", phrase(each, schemas) + needed, str(each.get("description", ""))


def _default(found: Schema) -> str:
    return (
        f"; default `{json.dumps(found['default'])}`" if "default" in found else "; may be left out"
    )


def _bounds(found: Schema, schemas: Mapping[str, Schema]) -> str:
    """The limits that `kind_of` would tell, without the kind's own name."""
    bare = {key: value for key, value in found.items() if key not in ("items", "format")}
    told = kind_of({**bare, "type": "string"}, {"$defs": schemas}).partition(", ")[2]
    return f", {told}" if told else ""


def _first_line(text: str) -> str:
    return text.strip().partition("\n\n")[0].replace("\n", " ")
