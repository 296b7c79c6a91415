"""Whether a document has the shape of its kind: the first thing a server asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from tests.manifests.judges import core_schema
from tests.servers.api_server.kinds import Kind
from tests.servers.api_server.refusals import Refusal, invalid

Object = dict[str, Any]
SHAPED = ("additionalProperties", "type", "format")


def judged(kind: Kind, value: Object, minor: str) -> None:
    """Raises Refusal: 400 when it can't be read as its kind, 422 when something is missing."""
    if kind.schema is not None:
        errors = list(_custom_errors(kind, value))
    else:
        judge = core_schema({"apiVersion": kind.group_version, "kind": kind.name}, f"1.{minor}")
        if judge is None:
            raise Refusal(404, "NotFound", f"1.{minor} has no {kind.group_version} {kind.name}")
        errors = list(judge.iter_errors(value))
    for error in errors:
        if kind.schema is None and error.validator in SHAPED:
            head = f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}'
            words = f"strict decoding error: {error.json_path[2:]}: {error.message[:300]}"
            raise Refusal(400, "BadRequest", f"{head}: {words}")
    if errors:
        name = str(value.get("metadata", {}).get("name", ""))
        told = [(error.json_path[2:], f"Invalid value: {error.message[:300]}") for error in errors]
        raise invalid(kind.qualified, name, told)


def _custom_errors(kind: Kind, value: Object) -> Iterator[ValidationError]:
    schema = kind.schema or {}
    _refuse_unknown(
        schema, {n: v for n, v in value.items() if n not in ("apiVersion", "kind", "metadata")}, ""
    )
    yield from Draft202012Validator(_plain(_frozen(schema))).iter_errors(value)


def _refuse_unknown(schema: Mapping[str, Any], value: Any, at: str) -> None:
    """What a definition does not name is refused, as with fieldValidation=Strict."""
    if isinstance(value, dict):
        if schema.get("x-kubernetes-preserve-unknown-fields"):
            return
        known, more = schema.get("properties", {}), schema.get("additionalProperties")
        for name, each in value.items():
            below = known.get(name, more if isinstance(more, dict) else None)
            if below is None and more is not True:
                words = f'strict decoding error: unknown field "{at}{name}"'
                raise Refusal(400, "BadRequest", words)
            _refuse_unknown(
                below or {"x-kubernetes-preserve-unknown-fields": True}, each, f"{at}{name}."
            )
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _refuse_unknown(schema.get("items", {}), each, f"{at[:-1]}[{index}].")


def _frozen(schema: Any) -> str:
    import json

    return json.dumps(schema, sort_keys=True)


@cache
def _plain(text: str) -> dict[str, Any]:
    """A structural schema as JSON Schema says it: `nullable`, int-or-string."""
    import json

    found: dict[str, Any] = _said(json.loads(text))
    return found


def _said(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_said(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: _said(each) for name, each in schema.items() if name != "nullable"}
    if schema.get("x-kubernetes-int-or-string"):
        told.pop("anyOf", None)
        told["type"] = ["integer", "string"]
    if schema.get("nullable") is True and isinstance(told.get("type"), str):
        told["type"] = [told["type"], "null"]
    return told
