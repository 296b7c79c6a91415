"""The OpenAPI document: every status that a route may answer with, and no other shape."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from fastapi import APIRouter
from pydantic import BaseModel

from services.kernel.access import Admin, SignedIn
from services.kernel.app import create_service
from services.kernel.errors import Problem, problems
from services.kernel.pagination import PageAsked
from services.kernel.settings import ServiceSettings
from tests.servers.people import ISSUER

router = APIRouter(tags=["beds"])


class BedTaken(Problem):
    """Somebody sleeps there."""

    code, status, title = "beds.taken", 409, "The bed is taken"


class BedBroken(Problem):
    """It must be mended first."""

    code, status, title = "beds.broken", 409, "The bed is broken"


class NewBed(BaseModel):
    name: str


@router.get("/v1/open")
async def get_open() -> int:
    return 1


@router.get("/v1/beds")
async def list_beds(caller: SignedIn, paging: PageAsked) -> int:
    return paging.limit


@router.post("/v1/beds/{bed_id}", responses=problems(BedTaken, BedBroken))
async def post_bed(bed_id: UUID, bed: NewBed, admin: Admin) -> int:
    return len(bed.name)


@pytest.fixture
def document(shared_settings: dict[str, Any]) -> dict[str, Any]:
    settings = ServiceSettings(port=8099, **shared_settings)
    return create_service(
        "beds", settings, [router], about="Where to sleep.", tags={"beds": "Soft ones.", "x": ""}
    ).openapi()


@pytest.mark.parametrize(
    ("path", "method", "statuses"),
    [
        ("/v1/open", "get", "200 500 503"),
        ("/v1/beds", "get", "200 401 404 422 500 503"),
        ("/v1/beds/{bed_id}", "post", "200 400 401 403 409 413 422 500 503"),
    ],
)
def test_a_route_tells_every_status(
    document: dict[str, Any], path: str, method: str, statuses: str
) -> None:
    assert sorted(document["paths"][path][method]["responses"]) == statuses.split()


def test_who_may_call_is_told_where_sign_in_is_needed_and_only_there(
    document: dict[str, Any],
) -> None:
    paths = document["paths"]
    assert "security" not in paths["/v1/open"]["get"]
    assert paths["/v1/beds"]["get"]["security"] == [{"AccessToken": []}, {"ApiKey": []}]
    assert paths["/v1/beds/{bed_id}"]["post"]["security"] == [{"AccessToken": []}]
    assert set(document["components"]["securitySchemes"]) == {"AccessToken", "ApiKey"}


def test_the_head_tells_what_the_service_is_and_where(document: dict[str, Any]) -> None:
    assert document["info"]["title"] == "pingvas beds"
    assert "Retry-After" in document["info"]["description"]
    assert document["servers"][0]["url"] == ISSUER
    assert document["tags"] == [{"name": "beds", "description": "Soft ones."}]
    assert document["info"]["description"].startswith("Where to sleep.\n\n")


def test_each_code_has_an_example_in_the_one_shape(document: dict[str, Any]) -> None:
    told = document["paths"]["/v1/beds/{bed_id}"]["post"]["responses"]["409"]
    shown = told["content"]["application/problem+json"]
    assert shown["schema"] == {"$ref": "#/components/schemas/ProblemDocument"}
    assert list(shown["examples"]) == ["beds.taken", "beds.broken"]
    assert shown["examples"]["beds.taken"]["value"]["status"] == 409
    assert told["description"] == "The bed is taken; the bed is broken"
    schemas = document["components"]["schemas"]
    assert "HTTPValidationError" not in schemas
    assert set(schemas["ProblemDocument"]["required"]) >= {"type", "title", "status", "code"}


def test_the_shared_descriptions_are_not_changed_by_a_document(
    shared_settings: dict[str, Any],
) -> None:
    settings = ServiceSettings(port=8099, **shared_settings)
    first = create_service("beds", settings, [router]).openapi()
    assert create_service("beds", settings, [router]).openapi() == first
