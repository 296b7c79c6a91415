"""The pages of the API name every route and every refusal, and the edge leads to each route."""

from __future__ import annotations

import re

import pytest

from docs.generate import FOLDER
from docs.generators.services import documents
from pingvas_cli.bootstrap.local.edge_answers import PROBLEMS
from pingvas_cli.edge_routes import ROUTES

SERVICES = ("user", "payment", "generation", "gallery", "model")
CODE = re.compile(r"[a-z_]+\.[a-z0-9_]+")


def codes_of(service: str) -> set[str]:
    """Every problem code that a service's document tells of."""
    return {
        code
        for operations in documents()[service]["paths"].values()
        for operation in operations.values()
        for answer in operation["responses"].values()
        for content in answer.get("content", {}).values()
        for code in content.get("examples", {})
        if CODE.fullmatch(code)
    }


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_has_its_words_and_its_answers(service: str) -> None:
    page = (FOLDER / "api" / f"{service}.md").read_text("utf-8")
    for path, operations in documents()[service]["paths"].items():
        for method, operation in operations.items():
            assert f"\n## `{method.upper()} {path}`\n" in page
            assert operation.get("summary"), (method, path)
            assert any(status.startswith(("2", "3")) for status in operation["responses"])


@pytest.mark.parametrize("service", SERVICES)
def test_every_refusal_has_its_line(service: str) -> None:
    page = (FOLDER / "api" / "problems.md").read_text("utf-8")
    found = codes_of(service)
    assert any(code.startswith("request.") for code in found)
    assert not [code for code in found if f"\n| `{code}` |" not in page]


def test_the_edges_own_refusals_are_there_too() -> None:
    page = (FOLDER / "api" / "problems.md").read_text("utf-8")
    assert not [each.code for each in PROBLEMS if f"| `{each.code}` |" not in page]


@pytest.mark.parametrize("service", SERVICES)
def test_the_edge_leads_to_every_route(service: str) -> None:
    prefixes = [p for route in ROUTES if route.service == service for p in route.prefixes]
    paths = documents()[service]["paths"]
    lost = [path for path in paths if not any(f"{path}/".startswith(f"{p}/") for p in prefixes)]
    assert not lost
    unused = [p for p in prefixes if not any(f"{path}/".startswith(f"{p}/") for path in paths)]
    assert not unused
