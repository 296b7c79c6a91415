"""What a stream of events tells. Every event's `data` is one of these, by its `event` name.

Server-sent events are written in `progress`; `StreamEvent` only describes them.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue, SkipJsonSchema
from pydantic_core import CoreSchema

from services.contracts.events import (
    CancelledNews,
    EventKind,
    FailedNews,
    JobNews,
    ProgressNews,
    QueuedNews,
    StartedNews,
    SucceededNews,
)
from services.generation.progress.news import ID_PATTERN


class Ready(BaseModel):
    """`ready`: the present state was told; what follows happens from now on."""

    open_jobs: Annotated[int, Field(ge=0, description="Jobs of the stream that are not over.")]
    complete: Annotated[
        bool,
        Field(
            description="False when jobs that ended since the last id may be missing (it is older "
            "than a day, or there are more than 500): list them with `GET /v1/generations`."
        ),
    ]


class Closing(BaseModel):
    """`closing`: the stream ends; come back with the last id unless it is `finished`."""

    reason: Literal["finished", "timeout", "token_expired", "renew", "draining", "too_slow"]


StreamData = Annotated[
    QueuedNews
    | StartedNews
    | ProgressNews
    | SucceededNews
    | FailedNews
    | CancelledNews
    | Ready
    | Closing,
    Field(description="One of these, by the event's name."),
]


@dataclass(frozen=True)
class JsonText:
    """Describes a text that is the JSON of a value; it does not change what is written."""

    def __get_pydantic_json_schema__(
        self, value: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Keywords of JSON Schema 2020-12."""
        return {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": handler(value),
        }


class StreamEvent(BaseModel):
    """A server-sent event. Lines that begin with a colon are signs of life and no events."""

    event: Annotated[EventKind | Literal["ready", "closing"], Field(description="Its name.")]
    data: Annotated[StreamData, JsonText()]
    id: Annotated[
        Annotated[str, Field(pattern=ID_PATTERN)] | SkipJsonSchema[None],
        Field(description="The place to resume from; `closing` has none."),
    ] = None
    retry: Annotated[
        Annotated[int, Field(ge=0)] | SkipJsonSchema[None],
        Field(description="Milliseconds after which a lost stream is to be opened again."),
    ] = None


__all__ = ["Closing", "JobNews", "Ready", "StreamData", "StreamEvent"]
