"""Each service says in its OpenAPI document what it is about, and each group of operations too."""

from __future__ import annotations

from importlib import import_module

import pytest

from docs.generators.services import documents

SERVICES = ("user", "payment", "generation", "gallery", "model")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_and_its_groups_are_described(service: str) -> None:
    routes = import_module(f"services.{service}.routes")
    document = documents()[service]
    assert document["info"]["description"].startswith(routes.ABOUT)
    assert {tag["name"]: tag["description"] for tag in document["tags"]} == routes.TAGS
