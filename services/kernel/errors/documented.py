"""Problems in the OpenAPI document: by status, each code with an example.

A route names its own with `problems(...)`; a dependency that may refuse, such as the door-keepers
of `access`, is marked with `may_raise`, and every route that depends on it tells the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from fastapi.dependencies.models import Dependant
from pydantic.json_schema import models_json_schema

from services.kernel.errors.problem import MEDIA_TYPE, Problem, ProblemDocument

Responses = dict[int | str, dict[str, Any]]
Dependency = TypeVar("Dependency", bound=Callable[..., Any])
REFERENCE = "#/components/schemas/{model}"
MARK = "pingvas_problems"


def problems(*classes: type[Problem]) -> Responses:
    """What a route may refuse with, for its `responses`."""
    responses: Responses = {}
    for each in classes:
        add(responses, each)
    return responses


def add(responses: Responses, problem: type[Problem]) -> None:
    """Tell of one more problem under its status."""
    told = responses.setdefault(str(problem.status), {"description": problem.title})
    shown = told.setdefault("content", {}).setdefault(
        MEDIA_TYPE, {"schema": {"$ref": REFERENCE.format(model="ProblemDocument")}, "examples": {}}
    )
    if shown["examples"] and problem.code not in shown["examples"]:
        told["description"] += f"; {problem.title[0].lower()}{problem.title[1:]}"
    shown["examples"][problem.code] = {"summary": _meaning(problem), "value": _example(problem)}


def _meaning(problem: type[Problem]) -> str:
    return (problem.__doc__ or problem.title).strip().partition("\n")[0]


def _example(problem: type[Problem]) -> dict[str, object]:
    return {
        "type": f"urn:pingvas:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": "",
        "code": problem.code,
        "instance": "/v1/…",
        "request_id": "3f2b8c1d9e4a4f6b8d7c6a5b4e3f2a1d",
    }


def may_raise(*classes: type[Problem]) -> Callable[[Dependency], Dependency]:
    """Mark a dependency with the problems that it raises."""

    def mark(dependency: Dependency) -> Dependency:
        setattr(dependency, MARK, classes)
        return dependency

    return mark


def marked(dependant: Dependant) -> Iterator[type[Problem]]:
    """The problems of a route's dependencies, and of theirs."""
    for each in dependant.dependencies:
        yield from getattr(each.call, MARK, ())
        yield from marked(each)


def schemas() -> dict[str, Any]:
    """The components that problems refer to."""
    _, definitions = models_json_schema(
        [(ProblemDocument, "serialization")], ref_template=REFERENCE
    )
    found: dict[str, Any] = definitions["$defs"]
    return found
