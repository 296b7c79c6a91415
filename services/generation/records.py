"""A job as it is stored, and its conversions: to the caller's view and to the worker's message."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.contracts.jobs import GenerationJob
from services.contracts.object_keys import image_prefix
from services.generation.schemas.generations import Generation, GenerationRequest, Status
from services.kernel.db import Row

FINAL = frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELLED})


@dataclass(frozen=True)
class JobRecord:
    """A row of generation_jobs. `parameters` holds the request without the checkpoint.

    `seed` in the parameters is always there; `seed_drawn` tells that we drew it.
    """

    id: UUID
    user_id: UUID
    status: Status
    kind: str
    checkpoint: str
    parameters: dict[str, Any]
    priority: int
    cost_credits: int
    attempt: int
    error_code: str | None
    error_detail: str | None
    cancel_requested_at: datetime | None
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, row: Row) -> Self:
        """From a row with these columns, and perhaps more."""
        values = {name: row[name] for name in cls.__dataclass_fields__}
        return cls(**{**values, "status": Status(row["status"])})

    @property
    def is_final(self) -> bool:
        """Nothing can happen to it any more."""
        return self.status in FINAL

    @property
    def count(self) -> int:
        """How many pictures were asked for."""
        return int(self.parameters["count"])

    def requested(self) -> GenerationRequest:
        """The request it was made from."""
        drawn = self.parameters["seed_drawn"]
        fields = {**_drawing(self.parameters), "checkpoint": self.checkpoint}
        return GenerationRequest(**{**fields, "seed": None if drawn else fields["seed"]})

    def view(self) -> Generation:
        """For its owner."""
        return Generation.model_validate({**_drawing(self.parameters), **vars(self)})

    def message(self) -> GenerationJob:
        """For a worker."""
        return GenerationJob(
            **_drawing(self.parameters),
            id=self.id,
            user_id=self.user_id,
            kind=self.kind,
            checkpoint=self.checkpoint,
            attempt=self.attempt,
            submitted_at=self.queued_at,
            object_prefix=image_prefix(self.user_id, self.id),
        )


def _drawing(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name != "seed_drawn"}
