"""What a worker says of itself when it registers."""

from pydantic import BaseModel, ConfigDict


class WorkerProfile(BaseModel):
    """`checkpoints`: each name it can serve with its weights' sha256; `device`: cpu, cuda, mps.

    `lanes` are those it claims from (`jobs.lane_of`). A worker that names none claims text to image
    alone, whose lanes are the checkpoints' names.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    device: str
    checkpoints: dict[str, str]
    abilities: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ()

    def served(self) -> frozenset[str]:
        """The lanes from which it takes jobs."""
        return frozenset(self.lanes or self.checkpoints)
