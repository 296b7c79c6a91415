"""The Idempotency-Key header: demanded, bounded, and bound to its first values."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from services.kernel import errors
from services.kernel.errors import Problem
from services.kernel.idempotency import IdempotencyKey, require_same
from tests.servers.application import calling


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    errors.install(app)

    @app.post("/v1/once")
    async def post_once(key: IdempotencyKey) -> str:
        return key

    return app


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 400), ({"Idempotency-Key": "a b"}, 422), ({"Idempotency-Key": "x" * 201}, 422)],
)
async def test_a_missing_or_odd_key_is_refused(
    app: FastAPI, headers: dict[str, str], status: int
) -> None:
    async with calling(app) as client:
        assert (await client.post("/v1/once", headers=headers)).status_code == status


async def test_a_key_arrives(app: FastAPI) -> None:
    async with calling(app) as client:
        answer: httpx.Response = await client.post("/v1/once", headers={"Idempotency-Key": "k-1"})
    assert answer.json() == "k-1"


def test_a_key_belongs_to_its_first_values() -> None:
    require_same({"amount": 1}, {"amount": 1})
    with pytest.raises(Problem) as refused:
        require_same({"amount": 1}, {"amount": 2})
    assert (refused.value.status, refused.value.code) == (409, "idempotency.key_reused")
