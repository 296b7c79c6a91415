"""The shapes of core kinds: which members a value has, and how its lists and maps merge.

Read from the schemas of kubernetes-validate, which keep the `x-kubernetes-*` marks of the source.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from tests.manifests.judges import core_schema

MINOR: Final = "1.36"
DEFAULTS: Final = {"protocol": "TCP"}
"""What the server takes for a key of a list that is left out."""


@dataclass(frozen=True)
class Shape:
    """One place in a kind; `schema` is empty where anything may stand."""

    schema: Mapping[str, Any]

    @property
    def atomic(self) -> bool:
        """Whether a map here has one owner as a whole."""
        return self.schema.get("x-kubernetes-map-type") == "atomic"

    @property
    def listed(self) -> str:
        """`map`, `set` or `atomic`."""
        return str(self.schema.get("x-kubernetes-list-type", "atomic"))

    def member(self, name: str) -> Shape:
        """What stands under a name."""
        properties = self.schema.get("properties", {})
        found = properties.get(name, self.schema.get("additionalProperties"))
        return _shape(found if isinstance(found, dict) else {})

    @property
    def item(self) -> Shape:
        """What stands in a list."""
        return _shape(self.schema.get("items", {}))

    def name_of(self, item: Any) -> str:
        """An item of a list as the path of a field names it; raises KeyError without its keys."""
        if self.listed == "set":
            return f"v:{_text(item)}"
        keys = self.schema["x-kubernetes-list-map-keys"]
        return f"k:{_text({key: self._key(item, key) for key in keys})}"

    def _key(self, item: Mapping[str, Any], key: str) -> Any:
        """A key that is left out is its default, in a definition's schema as in ours."""
        default = self.item.member(key).schema.get("default", DEFAULTS.get(key))
        return item.get(key, default)


def shape_of_custom(schema: Mapping[str, Any]) -> Shape:
    """The shape of a custom kind; its metadata is as of every kind."""
    head = {"metadata": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}}
    members = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
    return Shape({**schema, "properties": {**members, **schema.get("properties", {}), **head}})


def doubles(shape: Shape, value: Any, at: str = "") -> Iterator[str]:
    """Where a list with keys holds two items of the same; an apply of it is refused."""
    if isinstance(value, dict) and not shape.atomic:
        for name, each in value.items():
            yield from doubles(shape.member(name), each, f"{at}.{name}")
    elif isinstance(value, list) and shape.listed != "atomic":
        names = [shape.name_of(each) for each in value]
        yield from (f"{at}: duplicate entries for key {n}" for n in names if names.count(n) > 1)
        for each in value if shape.listed == "map" else ():
            yield from doubles(shape.item, each, at)


def shape_of(api_version: str, kind: str) -> Shape:
    """The shape of a core kind; raises KeyError when there is none."""
    judge = core_schema({"apiVersion": api_version, "kind": kind}, MINOR)
    if judge is None:
        raise KeyError(kind)
    return _shape(judge.schema)  # type: ignore[arg-type]  # a schema of ours is never a bare boolean


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _shape(schema: Mapping[str, Any]) -> Shape:
    reference = schema.get("$ref")
    if reference is None:
        return Shape(schema)
    name = str(reference).rpartition("/")[2]
    meant = _shape(_definitions()[name])
    return Shape({**meant.schema, **{k: v for k, v in schema.items() if k != "$ref"}})


@cache
def _definitions() -> Mapping[str, Any]:
    folder = f"kubernetes-json-schema/v{MINOR}.0-local-strict"
    file = files("kubernetes_validate").joinpath(folder, "_definitions.json")
    found: Mapping[str, Any] = json.loads(file.read_text())["$defs"]
    return found
