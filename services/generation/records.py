"""A job as it is stored, and its conversions: to the caller's view and to the worker's message."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import TypeAdapter

from services.contracts.jobs import GenerationJob
from services.contracts.object_keys import image_prefix
from services.generation.schemas.generations import Eta, Generation, Status
from services.generation.schemas.requests import GenerationRequest
from services.kernel.db import Row

FINAL = frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELLED})
REQUESTS: TypeAdapter[GenerationRequest] = TypeAdapter(GenerationRequest)
# What `parameters` has beside the request: how it was completed, and the keys of its pictures.
COMPLETED = ("seed_drawn", "size_drawn", "source_key", "mask_key")


@dataclass(frozen=True)
class JobRecord:
    """A row of generation_jobs. `parameters` holds the request without kind and checkpoint.

    Seed and size are always there; `seed_drawn` and `size_drawn` tell that we chose them.
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
        chosen = {"seed"} if self.parameters["seed_drawn"] else set[str]()
        if self.parameters.get("size_drawn"):
            chosen |= {"width", "height"}
        sent = {name: value for name, value in self._asked().items() if name not in chosen}
        return REQUESTS.validate_python({**sent, "kind": self.kind, "checkpoint": self.checkpoint})

    def view(self, eta: Eta | None = None) -> Generation:
        """For its owner."""
        return Generation.model_validate({**self.parameters, **vars(self), "eta": eta})

    def message(self) -> GenerationJob:
        """For a worker. Raises ValueError when the row can't be read as a job."""
        return GenerationJob.model_validate(
            {
                **self.parameters,
                **vars(self),
                "submitted_at": self.queued_at,
                "object_prefix": image_prefix(self.user_id, self.id),
            }
        )

    def _asked(self) -> dict[str, Any]:
        return {name: value for name, value in self.parameters.items() if name not in COMPLETED}
