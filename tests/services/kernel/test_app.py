"""Around every request: ids, limits, headers, problems, health, metrics; and a real start."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx
import pytest
import structlog
from fastapi import APIRouter, Body, FastAPI, Request
from fastapi.responses import StreamingResponse
from pydantic import SecretStr

from services.kernel.app import create_service
from services.kernel.errors import Problem
from services.kernel.settings import ServiceSettings
from tests.servers.application import calling

router = APIRouter()


class RoomsFull(Problem):
    """No bed is left."""

    code, status, title = "rooms.full", 429, "The rooms are full"


@router.get("/v1/rooms/{room}")
async def get_room(room: int) -> dict[str, int]:
    return {"room": room}


@router.patch("/v1/rooms/{room}")
async def patch_room(room: int) -> int:
    return room


@router.post("/v1/rooms")
async def post_room(name: Annotated[str, Body(embed=True, max_length=5)]) -> dict[str, str]:
    return {"name": name}


@router.put("/v1/rooms/{room}/picture", max_body_size=4_096)
async def put_picture(room: int, request: Request) -> int:
    return len(await request.body())


@router.put("/v1/rooms/{room}/note", max_body_size=100)
async def put_note(room: int, request: Request) -> int:
    return len(await request.body()) or 50


@router.get("/v1/doors/{token}")
async def get_door(token: str) -> int:
    return len(token)


@router.get("/v1/doors/{token}/broken")
async def get_broken_door(token: str) -> int:
    raise RuntimeError


@router.get("/v1/stream")
async def get_stream() -> StreamingResponse:
    return StreamingResponse(iter(["data: 1\n\n"]), media_type="text/event-stream")


@router.get("/v1/refused")
async def get_refused() -> None:
    raise RoomsFull("Come back", retry_after_s=7, depth=3)


@router.get("/v1/broken")
async def get_broken() -> None:
    raise RuntimeError("secret detail")


@pytest.fixture
def settings(shared_settings: dict[str, Any]) -> ServiceSettings:
    return ServiceSettings(port=8099, max_body_bytes=1_024, **shared_settings)


@pytest.fixture
async def client(settings: ServiceSettings) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(create_service("rooms", settings, [router])) as client:
        yield client


async def test_an_answer_has_an_id_and_security_headers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/rooms/7", headers={"X-Request-ID": "abcdefgh-1"})
    assert answer.json() == {"room": 7}
    assert answer.headers["X-Request-ID"] == "abcdefgh-1"
    assert answer.headers.get_list("X-Request-ID") == ["abcdefgh-1"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    foreign = await client.get("/v1/rooms/7", headers={"X-Request-ID": "no good\t"})
    assert len(foreign.headers["X-Request-ID"]) == 32


async def test_a_problem_is_a_document_with_our_code(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/refused")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "7"
    assert answer.json() == {
        "type": "urn:pingvas:problem:rooms.full",
        "title": "The rooms are full",
        "status": 429,
        "detail": "Come back",
        "code": "rooms.full",
        "instance": "/v1/refused",
        "request_id": answer.headers["X-Request-ID"],
        "retry_after_s": 7,
        "depth": 3,
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nowhere", 404, "request.unknown_address"),
        ("DELETE", "/v1/rooms/7", 405, "request.method_not_allowed"),
        ("GET", "/v1/rooms/seven", 422, "request.invalid"),
        ("POST", "/v1/rooms", 422, "request.invalid"),
        ("GET", "/v1/broken", 500, "internal.unexpected"),
    ],
)
async def test_every_refusal_has_the_one_shape(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert "secret" not in answer.text


async def test_a_wrong_method_is_told_all_that_the_address_takes(client: httpx.AsyncClient) -> None:
    for path, allowed in (("/v1/rooms/7", "GET, PATCH"), ("/v1/rooms", "POST")):
        answer = await client.delete(path)
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


async def test_an_invalid_request_is_told_where_but_not_shown_again(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/v1/rooms", json={"name": "hunter2-hunter2"})
    (fault,) = answer.json()["faults"]
    assert fault["where"] == "body.name"
    assert "hunter2" not in answer.text


async def test_a_body_over_the_limit_is_refused_announced_or_not(
    client: httpx.AsyncClient,
) -> None:
    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 100

    headers = {"Content-Type": "application/json"}
    for content in (b"x" * 3_000, unannounced()):
        answer = await client.post("/v1/rooms", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")


async def test_a_route_may_take_more_or_less_than_the_others(client: httpx.AsyncClient) -> None:
    async def unannounced(size: int) -> AsyncIterator[bytes]:
        for _ in range(size // 100):
            yield b"x" * 100

    sizes = {"/v1/rooms/7/picture": (3_000, 5_000), "/v1/rooms/7/note": (50, 200)}
    for path, (fits, too_large) in sizes.items():
        for content in (b"x" * fits, unannounced(fits)):
            answer = await client.put(path, content=content)
            assert (answer.status_code, answer.json()) == (200, fits - fits % 100 or fits)
        for content in (b"x" * too_large, unannounced(too_large)):
            answer = await client.put(path, content=content)
            assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")


async def test_a_token_in_an_address_is_not_logged(client: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logged:
        for path in ("/v1/doors/hunter2", "/v1/doors/hunter2/broken", "/v1/rooms/7"):
            await client.get(path)
    assert [line["path"] for line in logged] == [
        "/v1/doors/{token}",
        *["/v1/doors/{token}/broken"] * 2,
        "/v1/rooms/7",
    ]


async def test_a_stream_is_counted_but_its_time_is_not(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/stream")
    assert answer.text == "data: 1\n\n"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    metrics = (await client.get("/metrics")).text
    assert 'requests_total{method="GET",route="/v1/stream",service="rooms",status="200"}' in metrics
    assert 'seconds_count{method="GET",route="/v1/stream"' not in metrics


async def test_pages_of_known_origins_may_call(settings: ServiceSettings) -> None:
    known = settings.model_copy(update={"cors_origins": ["https://app.example.com"]})
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}
    async with calling(create_service("rooms", known, [router])) as client:
        for origin, allowed in (("https://app.example.com", True), ("https://evil.com", False)):
            before = await client.options("/v1/rooms", headers={"Origin": origin, **asked})
            answer = await client.get("/v1/rooms/7", headers={"Origin": origin})
            broken = await client.get("/v1/broken", headers={"Origin": origin})
            for each in (before, answer, broken):
                assert (each.headers.get("Access-Control-Allow-Origin") == origin) is allowed
            assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_without_known_origins_none_may_call(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/rooms/7", headers={"Origin": "https://app.example.com"})
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_told_to_stop_it_is_not_ready_but_answers(settings: ServiceSettings) -> None:
    app = create_service("rooms", settings, [router])
    async with calling(app) as client:
        app.state.draining.set()
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "draining")
        assert (await client.get("/v1/rooms/7")).status_code == 200
        assert (await client.get("/healthz")).status_code == 200


async def test_alive_ready_and_measured(client: httpx.AsyncClient) -> None:
    live = await client.get("/healthz")
    assert live.json() == {
        "status": "live",
        "service": "rooms",
        "environment": "dev",
        "release": "test",
    }
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]) == (200, {"database": "ok"})
    await client.get("/v1/rooms/7")
    await client.get("/v1/rooms/8")
    metrics = (await client.get("/metrics")).text
    counted = 'pingvas_http_requests_total{method="GET",route="/v1/rooms/{room}",'
    assert counted + 'service="rooms",status="200"} 2.0' in metrics
    assert 'pingvas_release_info{release="test",service="rooms"} 1.0' in metrics
    await client.request("BREW", "/v1/rooms/7")
    assert 'method="OTHER"' in (await client.get("/metrics")).text


async def test_not_ready_while_the_database_is_away_but_alive(settings: ServiceSettings) -> None:
    nowhere = SecretStr("postgresql://nobody:none@127.0.0.1:1/none")
    away = settings.model_copy(update={"database_url": nowhere, "system_database_url": nowhere})
    async with calling(create_service("rooms", away, [router])) as client:
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]) == (503, {"database": "failed"})
        assert (await client.get("/healthz")).status_code == 200


async def test_a_services_own_life_and_checks_take_part(settings: ServiceSettings) -> None:
    seen: list[str] = []

    async def check() -> None:
        raise ConnectionError

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        await app.state.database.ping()
        app.state.health.add("queue", check)
        seen.append("opened")
        yield
        seen.append("closed")

    async with calling(create_service("rooms", settings, [router], lifespan=life)) as client:
        ready = await client.get("/readyz")
        assert ready.json()["checks"] == {"database": "ok", "queue": "failed"}
        assert ready.status_code == 503
    assert seen == ["opened", "closed"]
