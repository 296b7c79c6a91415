"""Where a job begins: at its start, or where an earlier attempt handed it over."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
import torch
from PIL.Image import Image

from worker.pipelines.device import Device
from worker.pipelines.pipeline import Order
from worker.pipelines.snapshots import Snapshot, Unportable

log = structlog.get_logger()


@dataclass
class Resumption:
    """`finished` grows with the job; `width` is that of a batch that was begun elsewhere.

    `steps` were done before: they need not be repeated.
    """

    fingerprint: str
    device: str
    finished: list[Image] = field(default_factory=list)
    width: int = 0
    steps: int = 0
    _start: Snapshot | None = None

    @classmethod
    def at(cls, snapshot: Snapshot, device: str) -> "Resumption":
        """Go on from there."""
        has_begun = snapshot.latents is not None
        return cls(
            fingerprint=snapshot.fingerprint,
            device=device,
            finished=list(snapshot.finished),
            width=snapshot.width if has_begun else 0,
            steps=snapshot.steps,
            _start=snapshot if has_begun else None,
        )

    @property
    def is_fresh(self) -> bool:
        """Nothing was done before."""
        return self._start is None and not self.finished

    def take(self, positions: range) -> Snapshot | None:
        """The snapshot of this batch, for the first that asks."""
        start, self._start, self.width = self._start, None, 0
        return start if start and start.first == positions.start else None

    def snapshot(
        self,
        positions: range,
        iterations: int,
        steps: int,
        latents: torch.Tensor | None,
        states: tuple[Mapping[str, Any], list[torch.Tensor]],
    ) -> bytes:
        """The job as it is now; without latents it is between two batches. Raises Unportable."""
        return Snapshot(
            fingerprint=self.fingerprint,
            device=self.device,
            first=positions.start,
            width=len(positions),
            iterations=iterations,
            steps=steps,
            latents=latents,
            scheduler=states[0],
            generators=states[1],
            finished=self.finished,
        ).to_bytes()


def resumption_of(order: Order, sha256: str, device: Device) -> Resumption:
    """From the order's hand-over if it fits. On another kind of device pictures differ by drift."""
    fingerprint = _fingerprint(order, sha256, device)
    fresh = Resumption(fingerprint, device.kind)
    if order.handover is None:
        return fresh
    try:
        snapshot = Snapshot.from_bytes(order.handover)
    except Unportable as why:
        log.warning("handover_unreadable", job_id=str(order.job.id), what=str(why))
        return fresh
    if snapshot.fingerprint != fingerprint:
        log.warning("handover_unfit", job_id=str(order.job.id))
        return fresh
    same_device = snapshot.device == device.kind
    log.info("resumed", job_id=str(order.job.id), steps=snapshot.steps, same_device=same_device)
    return Resumption.at(snapshot, device.kind)


def _fingerprint(order: Order, sha256: str, device: Device) -> str:
    """Of everything that decides about the picture, but not of the device's kind."""
    import diffusers

    parts = (
        order.job.model_dump_json(exclude={"attempt"}),
        sha256,
        *(f"{lora.sha256}:{lora.weight}" for lora in order.loras),
        *(_digest(picture) for picture in (order.source, order.mask)),
        str(device.dtype),
        torch.__version__.partition("+")[0],
        diffusers.__version__,
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _digest(picture: Image | None) -> str:
    return "" if picture is None else hashlib.sha256(picture.tobytes()).hexdigest()
