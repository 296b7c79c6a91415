"""Watching jobs: server-sent events, and the same events on WebSockets."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, WebSocket
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from starlette.requests import HTTPConnection

from services.generation.errors import JobNotFound, StreamsFull, TooManyStreams
from services.generation.progress.desk import Desk, View
from services.generation.progress.news import ID_PATTERN, Position
from services.generation.progress.stream import MEDIA_TYPE, EventStream, watch_by_socket
from services.generation.schemas.progress import StreamEvent
from services.kernel.access import Caller, SignedIn, SignInRequired, caller_of
from services.kernel.errors import problems

router = APIRouter(tags=["events"])

SUBPROTOCOL = "pingvas.bearer"
Responses = dict[int | str, dict[str, Any]]
STREAM: Responses = {
    200: {
        "model": StreamEvent,
        "content": {MEDIA_TYPE: {"schema": {"type": "object"}}},
        "description": "Events without end; the schema is that of each.",
    },
    204: {"description": "The job has ended and the client knows it: do not come back."},
}

EventId = Annotated[str, Field(pattern=ID_PATTERN)]
Id = Annotated[
    EventId | SkipJsonSchema[None],
    Query(description="The same as the header, for those who can't set one."),
]
IdHeader = Annotated[
    EventId | SkipJsonSchema[None],
    Header(
        alias="Last-Event-ID",
        description="The `id` of the last event that came: the stream goes on after it.",
    ),
]
Timeout = Annotated[
    Annotated[float, Field(ge=0, le=300, allow_inf_nan=False)] | SkipJsonSchema[None],
    Query(description="Seconds until the stream ends by itself; 0: after the present state."),
]


async def _desk(connection: HTTPConnection) -> Desk:
    desk: Desk = connection.app.state.progress
    return desk


Watching = Annotated[Desk, Depends(_desk)]


@router.get(
    "/v1/events",
    status_code=200,
    response_class=EventStream,
    responses={**STREAM, **problems(TooManyStreams, StreamsFull)},
)
async def watch_events(
    caller: SignedIn,
    desk: Watching,
    last_event_id: IdHeader = None,
    asked_id: Annotated[Id, Query(alias="last_event_id")] = None,
    timeout_s: Timeout = None,
) -> EventStream:
    """Watch all your jobs: their present state, then each event as it happens.

    Without an id it begins with your open jobs; with one, with what changed since: each job's
    latest stage once. A `closing` event tells why a stream ends.
    """
    return EventStream(desk, View(caller, None, _position(last_event_id or asked_id), timeout_s))


@router.get(
    "/v1/generations/{job_id}/events",
    status_code=200,
    response_class=EventStream,
    responses={**STREAM, **problems(JobNotFound, TooManyStreams, StreamsFull)},
)
async def watch_generation(
    job_id: UUID,
    caller: SignedIn,
    desk: Watching,
    last_event_id: IdHeader = None,
    asked_id: Annotated[Id, Query(alias="last_event_id")] = None,
    timeout_s: Timeout = None,
) -> EventStream:
    """Watch one of your jobs until it has succeeded, failed or was cancelled."""
    return EventStream(desk, View(caller, job_id, _position(last_event_id or asked_id), timeout_s))


@router.websocket("/v1/events/ws")
async def watch_events_by_socket(
    websocket: WebSocket, desk: Watching, last_event_id: Id = None
) -> None:
    """`/v1/events` as JSON messages `{"id", "event", "data"}`; what the client says is ignored."""
    await _serve(websocket, desk, None, last_event_id)


@router.websocket("/v1/generations/{job_id}/events/ws")
async def watch_generation_by_socket(
    websocket: WebSocket, desk: Watching, job_id: UUID, last_event_id: Id = None
) -> None:
    """The events of one job as JSON messages."""
    await _serve(websocket, desk, job_id, last_event_id)


async def _serve(websocket: WebSocket, desk: Desk, job_id: UUID | None, last: str | None) -> None:
    offered = websocket.scope.get("subprotocols", [])
    chosen = SUBPROTOCOL if SUBPROTOCOL in offered else None
    view = View(await _caller(websocket, offered), job_id, _position(last))
    await watch_by_socket(desk, view, websocket.receive, websocket.send, chosen)


async def _caller(websocket: WebSocket, offered: list[str]) -> Caller:
    """Of the Authorization header, or of the word after our subprotocol (browsers)."""
    scheme, _, credentials = websocket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials:
        return await caller_of(websocket.app.state, credentials.strip())
    if offered[:1] == [SUBPROTOCOL] and len(offered) > 1:
        return await caller_of(websocket.app.state, offered[1])
    raise SignInRequired


def _position(text: str | None) -> Position | None:
    return None if text is None else Position.parse(text)
