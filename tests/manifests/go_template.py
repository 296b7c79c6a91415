"""As much of Go's templates as our ApplicationSet speaks: `{{ .name }}` and `{{ if .name }}`.

Anything else is refused, so that a template which outgrows this can't pass unread. A name that is
missing is an error, as `missingkey=error` has it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from tests.manifests.judges import Document

Element = Mapping[str, Any]

BRANCH: Final = re.compile(r"\s*\{\{- if \.(\w+) \}\}(.*?)\s*\{\{- end \}\}", re.DOTALL)
NAME: Final = re.compile(r"\{\{ \.(\w+) \}\}")


def applications(of: Document) -> Iterator[Document]:
    """The Applications that the controller would make of an ApplicationSet of lists."""
    spec = of["spec"]
    for element in elements(spec):
        made = {
            "apiVersion": of["apiVersion"],
            "kind": "Application",
            **_filled(spec["template"], element),
        }
        yield _patched(made, yaml.safe_load(evaluated(spec["templatePatch"], element)))


def elements(spec: Document) -> Iterator[Element]:
    """What a matrix of lists multiplies to."""
    (generator,) = spec["generators"]
    lists = (each["list"]["elements"] for each in generator["matrix"]["generators"])
    for found in itertools.product(*lists):
        yield {name: value for one in found for name, value in one.items()}


def evaluated(text: str, element: Element) -> str:
    """A template's text for one element."""
    chosen = BRANCH.sub(lambda found: found[2] if element[found[1]] else "", text)
    filled = NAME.sub(lambda found: str(element[found[1]]), chosen)
    if "{{" in filled:
        raise ValueError(f"this evaluator does not know {filled}")
    return filled


def _filled(value: Any, element: Element) -> Any:
    match value:
        case str():
            return evaluated(value, element)
        case list():
            return [_filled(one, element) for one in value]
        case dict():
            return {_filled(key, element): _filled(one, element) for key, one in value.items()}
    return value


def _patched(value: Document, patch: Document) -> Document:
    """Maps are merged, all else is replaced."""
    merged = dict(value)
    for key, one in patch.items():
        both = isinstance(one, dict) and isinstance(merged.get(key), dict)
        merged[key] = _patched(merged[key], one) if both else one
    return merged
