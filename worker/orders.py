"""Everything that a job needs beside its checkpoint: pictures, LoRAs, what was handed over."""

from services.contracts.checkpoints import LORA_FILE
from services.contracts.jobs import GenerationJob, LoraUse
from worker.checkpoints.shelf import Shelf
from worker.errors import JobFailure
from worker.handovers import Handovers
from worker.interruption import StopSign
from worker.pipelines.pipeline import Lora, Order
from worker.sources import Sources


class Orders:
    """Gathered in a thread beside the loading."""

    def __init__(self, shelf: Shelf, sources: Sources, handovers: Handovers) -> None:
        self._shelf = shelf
        self._sources = sources
        self._handovers = handovers

    def gather(self, job: GenerationJob, sign: StopSign) -> Order:
        """Raises JobFailure and Stopped."""
        loras = tuple(self._lora(use) for use in job.loras)
        source, mask = self._sources.fetch(job, sign)
        return Order(job, source, mask, loras, self._handovers.find(job, sign))

    def _lora(self, use: LoraUse) -> Lora:
        shelved = self._shelf.loras().get(use.name)
        if shelved is None:
            detail = f"the LoRA {use.name!r} is not installed here"
            raise JobFailure("lora_missing", detail, retryable=True)
        with self._shelf.hold(shelved) as local:
            return Lora(local.folder / LORA_FILE, local.manifest.sha256, use.weight)
