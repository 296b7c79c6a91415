"""What a worker says of itself when it registers."""

from pydantic import BaseModel, ConfigDict


class WorkerProfile(BaseModel):
    """`checkpoints`: each name it can serve with its weights' sha256; `device`: cpu, cuda, mps."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    device: str
    checkpoints: dict[str, str]
    abilities: tuple[str, ...] = ()
