"""Nobody reads, changes or removes what is somebody else's, whatever id they ask for."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from tests.servers.people import add_person
from tests.servers.saas import Saas
from tests.services.fuzz.belongings import NAMED, Belongings
from tests.services.fuzz.documents import Operation, operations

pytestmark = pytest.mark.integration

# A right body for each operation that takes one, so that the id is all that is wrong.
BODIES: dict[str, dict[str, Any]] = {
    "PATCH /v1/images/{image_id}": {"favourite": True},
    "POST /v1/images/{image_id}/tags": {"tags": ["mine"]},
    "PATCH /v1/albums/{album_id}": {"name": "mine"},
    "POST /v1/albums/{album_id}/images": {"image_ids": ["{image_id}"]},
    "PATCH /v1/subscriptions/{subscription_id}": {"tier": "studio"},
}
QUERIES: dict[str, dict[str, Any]] = {
    "DELETE /v1/images/{image_id}/tags": {"tag": "mine"},
}
NOT_THERE, NOT_FOR_YOU = 404, 403


@pytest.fixture(scope="module")
def alice(saas: Saas) -> Belongings:
    """Who owns one of everything."""
    return Belongings(saas.database)


def of_persons(saas: Saas) -> list[Operation]:
    """The operations whose path names something that a person owns."""
    return [
        each
        for each in operations(saas)
        if each.names and each.is_secured and set(each.names) <= set(NAMED)
    ]


def with_ids(text: str, alice: Belongings) -> str:
    """With the ids of what is Alice's in the places of the parameters."""
    return re.sub(r"{(\w+)}", lambda found: alice.id_of(found[1]), text)


def ask(saas: Saas, operation: Operation, alice: Belongings, headers: dict[str, str]) -> int:
    body = BODIES.get(str(operation))
    answer = httpx.request(
        operation.method,
        saas.url(operation.service) + with_ids(operation.path, alice),
        headers={**headers, "Idempotency-Key": "mine", "Content-Type": "application/json"},
        content=with_ids(json.dumps(body), alice) if body else None,
        params=QUERIES.get(str(operation)),
    )
    return answer.status_code


def test_everything_that_a_path_names_is_tried(saas: Saas) -> None:
    named = {name for each in operations(saas) for name in each.names}
    of_the_platform = {"name", "install_id", "provider", "event_id"}
    assert named - of_the_platform == set(NAMED)


def test_other_peoples_things_are_not_there(saas: Saas, alice: Belongings) -> None:
    bob = saas.tokens.headers(add_person(saas.database, balance=100), tier="studio")
    before = alice.rows()
    answers = {str(each): ask(saas, each, alice, bob) for each in of_persons(saas)}
    assert {
        what: status for what, status in answers.items() if status not in (NOT_THERE, NOT_FOR_YOU)
    } == {}
    assert alice.rows() == before


def test_ones_own_things_are(saas: Saas, alice: Belongings) -> None:
    own = saas.tokens.headers(alice.user_id)
    looks = [
        each
        for each in of_persons(saas)
        if each.method == "get"
        and "admin" not in str(each.described.get("tags"))
        and "user_id" not in each.names
        and not each.path.endswith("/events")
    ]
    assert {str(each): ask(saas, each, alice, own) for each in looks} == {
        str(each): 200 for each in looks
    }
