"""Turns what validation found into findings: our code, the place, the values of the sentence.

Every kind of mistake that pydantic can report for our fields has a row here; its own English
text never reaches a person. Values of secrets are never repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from pingvas_cli.config.layers import Layers
from pingvas_cli.config.section import PROBLEMS_TYPE, Problem
from pingvas_cli.config.tree import MASK, is_secret, known_keys
from pingvas_cli.errors import Finding, Message, msg

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

LONGEST_VALUE: Final = 60
Params = dict[str, object]

KINDS: Final[Mapping[str, Message]] = {
    "bool_parsing": msg("config.kind_bool"),
    "bool_type": msg("config.kind_bool"),
    "decimal_parsing": msg("config.kind_number"),
    "decimal_type": msg("config.kind_number"),
    "dict_type": msg("config.kind_mapping"),
    "finite_number": msg("config.kind_number"),
    "float_parsing": msg("config.kind_number"),
    "float_type": msg("config.kind_number"),
    "int_from_float": msg("config.kind_whole_number"),
    "int_parsing": msg("config.kind_whole_number"),
    "int_parsing_size": msg("config.kind_whole_number"),
    "int_type": msg("config.kind_whole_number"),
    "ip_v4_network": msg("config.kind_network"),
    "model_attributes_type": msg("config.kind_mapping"),
    "model_type": msg("config.kind_mapping"),
    "path_type": msg("config.kind_text"),
    "string_type": msg("config.kind_text"),
    "tuple_type": msg("config.kind_list"),
}
LIMITS: Final = {
    "greater_than": ("config.too_small_strictly", "gt"),
    "greater_than_equal": ("config.too_small", "ge"),
    "less_than": ("config.too_large_strictly", "lt"),
    "less_than_equal": ("config.too_large", "le"),
    "multiple_of": ("config.not_a_multiple", "multiple_of"),
    "string_pattern_mismatch": ("config.wrong_pattern", "pattern"),
    "string_too_long": ("config.text_too_long", "max_length"),
    "string_too_short": ("config.text_too_short", "min_length"),
    "too_long": ("config.too_many", "max_length"),
    "too_short": ("config.too_few", "min_length"),
}
PRECISION: Final = frozenset({"decimal_max_digits", "decimal_max_places", "decimal_whole_digits"})


def findings_of(error: ErrorDetails, section: str, layers: Layers) -> Iterator[Finding]:
    """The findings of one mistake that validation reported in `section`."""
    path = (section, *error["loc"])
    kind = error["type"]
    if kind == PROBLEMS_TYPE:
        for one in error.get("ctx", {})["problems"]:
            yield of_problem(one, ".".join(map(str, path)), layers)
        return
    code, params = _sentence(kind, error, path, layers)
    yield Finding(layers.where(path), code, params)


def of_problem(one: Problem, above: str, layers: Layers) -> Finding:
    """A contradiction that a section or a check stated."""
    keys = [_under(above, key) for key in (one.key, *one.also)]
    return Finding(layers.where(*keys), one.code, one.params)


def unknown_key(path: tuple[str | int, ...], layers: Layers) -> Finding:
    """A key that no section has, with the nearest one that exists."""
    from difflib import get_close_matches

    key, known = str(path[-1]), known_keys(path[:-1])
    near = get_close_matches(key, known, n=1)
    where = layers.where(path)
    if near:
        return Finding(where, "config.unknown_key_meant", {"key": key, "meant": near[0]})
    return Finding(where, "config.unknown_key", {"key": key, "known": ", ".join(known)})


def _sentence(
    kind: str, error: ErrorDetails, path: tuple[str | int, ...], layers: Layers
) -> tuple[str, Params]:
    if kind == "extra_forbidden":
        found = unknown_key(path, layers)
        return found.code, dict(found.params)
    value = _shown(error["input"], path, layers)
    context = error.get("ctx", {})
    if _lacks_quotes(kind, error["input"], value, context):
        return "config.needs_quotes", {"value": value}
    if kind in KINDS:
        return "config.wrong_kind", {"wanted": KINDS[kind], "value": value}
    if kind in LIMITS:
        code, name = LIMITS[kind]
        return code, {"limit": (limit := context.get(name, "")), "value": value, **_like(limit)}
    if kind == "literal_error":
        allowed = str(context["expected"]).replace(" or ", ", ").replace("'", "")
        return "config.not_one_of", {"allowed": allowed, "value": value}
    if kind in PRECISION:
        return "config.too_precise", {"value": value}
    if kind == "missing":
        return "config.missing", {"key": str(path[-1])}
    return "config.invalid_value", {"value": value}


def _like(pattern: object) -> Params:
    from pingvas_cli.config.patterns import EXAMPLES

    return {"example": EXAMPLES[str(pattern)]} if pattern in EXAMPLES else {}


def _lacks_quotes(kind: str, written: object, value: str, context: Mapping[str, object]) -> bool:
    """Whether a number was read where the same characters as text would do."""
    if isinstance(written, bool) or not isinstance(written, int | float):
        return False
    chosen = kind == "literal_error" and f"'{value}'" in str(context["expected"])
    return chosen or kind == "string_type"


def _shown(value: object, path: tuple[str | int, ...], layers: Layers) -> str:
    if is_secret([str(key) for key in path]):
        return MASK
    origin = layers.origin(path)
    text = origin.text if origin is not None and origin.text else _plain_text(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _plain_text(value: object) -> str:
    return "{…}" if isinstance(value, Mapping) else str(value)


def _under(above: str, key: str) -> tuple[str, ...]:
    return tuple(one for one in f"{above}.{key}".split(".") if one)
