"""The configuration in force, as it is shown: plain trees, rows by key, and the JSON Schema."""

from __future__ import annotations

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.layers import Origin
from pingvas_cli.config.loader import Loaded
from pingvas_cli.config.tree import dotted, leaves, plain

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def tree(loaded: Loaded) -> dict[str, object]:
    """The whole configuration as plain data; secrets are masked."""
    configuration = loaded.configuration
    return {name: plain(getattr(configuration, name)) for name in Configuration.model_fields}


def rows(loaded: Loaded, *, origin: bool) -> list[dict[str, object]]:
    """A row for each value: `key`, `value`, and `origin` when asked for."""
    found = ((dotted(path), value) for path, value in leaves(tree(loaded)))
    if not origin:
        return [{"key": key, "value": value} for key, value in found]
    return [
        {"key": key, "value": value, "origin": place(loaded.origin(key))} for key, value in found
    ]


def place(origin: Origin) -> str:
    """An origin in one word: `default`, `pingvas.yaml:12`, `PINGVAS_LOCAL__DEVICE`."""
    return origin.place or origin.kind


def schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of `pingvas.yaml`; overlays follow it too."""
    return {"$schema": DIALECT, **Configuration.model_json_schema()}
