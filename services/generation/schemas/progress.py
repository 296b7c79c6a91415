"""What a stream of events tells. Every event's `data` is one of these, by its `event` name."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from services.contracts.events import (
    CancelledNews,
    FailedNews,
    JobNews,
    ProgressNews,
    QueuedNews,
    StartedNews,
    SucceededNews,
)


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
    Field(description="The `data` of an event."),
]

__all__ = ["Closing", "JobNews", "Ready", "StreamData"]
