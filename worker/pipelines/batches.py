"""Jobs in one call of a pipeline: each with its own words, noise, boundaries and end.

One that is stopped leaves, and its pictures are dropped; the call goes on for the others, and is
left when there are none.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

import torch
from PIL.Image import Image

from services.contracts.jobs import JobKind
from worker.errors import JobFailure, Stopped
from worker.pipelines.boundaries import Boundaries
from worker.pipelines.kinds import finish
from worker.pipelines.pipeline import Ending, Listener, Order, Rendered
from worker.pipelines.resumable import Course
from worker.pipelines.resumption import Resumption

SEED_LIMIT = 2**63
Terms = tuple[object, ...]


class Deserted(Exception):
    """Nobody waits for this call any more."""


@dataclass
class Member:
    """One job on its way. `outcome` is there when it is over; `seconds` is its part of the time."""

    order: Order
    listener: Listener
    resumption: Resumption
    outcome: Rendered | JobFailure | Stopped | None = None
    fallbacks: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_open(self) -> bool:
        """There are pictures to make."""
        return self.outcome is None and len(self.resumption.finished) < self.order.job.count

    @property
    def ending(self) -> Ending:
        """When it is over."""
        assert self.outcome is not None  # noqa: S101 - tells mypy what the painter holds
        return Ending(self.outcome, self.seconds)

    @contextmanager
    def ends_alone(self) -> Iterator[None]:
        """Being stopped, or failing, is its own affair."""
        try:
            yield
        except (Stopped, JobFailure) as end:
            # Its frames would hold on to the device's memory while the others are made.
            end.__cause__ = end.__context__ = None
            self.outcome = end.with_traceback(None)

    def positions(self, width: int) -> range:
        """The next ones; a batch that was begun elsewhere keeps its width."""
        first = len(self.resumption.finished)
        return range(first, min(first + (self.resumption.width or width), self.order.job.count))

    def tell_finished(self) -> None:
        """What an earlier attempt made."""
        for position, picture in enumerate(self.resumption.finished):
            self.listener.on_picture(position, picture)

    def end(self, rendered: Rendered) -> None:
        """All is made, unless it left before."""
        self.outcome = self.outcome or rendered

    def take(self, pictures: Sequence[Image | None]) -> None:
        """The next ones are made; None for one that the checkpoint's own filter held back."""
        for picture in pictures:
            if picture is None:
                detail = "a picture was held back by the content filter"
                raise JobFailure("content_unsafe", detail, retryable=False)
            self.resumption.finished.append(finish(self.order, picture))
            position = len(self.resumption.finished) - 1
            self.listener.on_picture(position, self.resumption.finished[position])


class Call:
    """The next pictures of each member, at most `width` of each."""

    def __init__(self, members: Sequence[Member], width: int) -> None:
        self._members = members
        self._positions = [member.positions(width) for member in members]
        ends = accumulate(map(len, self._positions), initial=0)
        self._rows = [slice(first, end) for first, end in pairwise(ends)]
        self._jobs = [
            member.order.job
            for member, positions in zip(members, self._positions, strict=True)
            for _ in positions
        ]
        self._boundaries: list[Boundaries] = []

    def begin(self, scheduler: Any) -> Course:  # noqa: ANN401 - diffusers is untyped
        """The boundary before the first step. One that goes on from a snapshot is alone."""
        pairs = list(zip(self._members, self._positions, strict=True))
        starts = [member.resumption.take(positions) for member, positions in pairs]
        seeds = [member.order.job.seed + each for member, positions in pairs for each in positions]
        course = Course(scheduler, [_generator(seed) for seed in seeds], starts[0])
        self._boundaries = [
            Boundaries(member.order, positions, rows, course, member.resumption, member.listener)
            for (member, positions), rows in zip(pairs, self._rows, strict=True)
        ]
        self._pass(lambda boundaries: boundaries.begin())
        return course

    def words(self) -> dict[str, Any]:
        """Of each picture; those of one job are read once."""
        if len(self._members) == 1:
            job = self._jobs[0]
            words: dict[str, Any] = {"prompt": job.prompt}
            words["negative_prompt"] = job.negative_prompt or None
            return words | {"num_images_per_prompt": len(self._jobs)}
        negative = [job.negative_prompt for job in self._jobs]
        return {
            "prompt": [job.prompt for job in self._jobs],
            "negative_prompt": negative if any(negative) else None,
            "num_images_per_prompt": 1,
        }

    def __call__(
        self,
        pipeline: Any,  # noqa: ANN401 - diffusers is untyped
        index: int,
        _timestep: object,
        values: dict[str, Any],
    ) -> dict[str, Any]:
        """diffusers calls it at the end of each iteration."""
        latents: torch.Tensor = values["latents"]
        self._pass(lambda boundaries: boundaries.pass_by(pipeline, index + 1, latents))
        return values

    def take(self, made: Sequence[Image | None]) -> None:
        """Give each its own; those of a member that left are dropped."""
        for member, rows in zip(self._members, self._rows, strict=True):
            if member.outcome is None:
                with member.ends_alone():
                    member.take(made[rows])

    def spend(self, seconds: float) -> None:
        """Share the time by the pictures."""
        for member, positions in zip(self._members, self._positions, strict=True):
            member.seconds += seconds * len(positions) / len(self._jobs)

    def _pass(self, boundary: Callable[[Boundaries], object]) -> None:
        for member, boundaries in zip(self._members, self._boundaries, strict=True):
            if member.outcome is None:
                with member.ends_alone():
                    boundary(boundaries)
        if all(member.outcome for member in self._members):
            raise Deserted


def groups_of(members: Sequence[Member]) -> list[list[Member]]:
    """Those to be made together; whoever goes on from a hand-over, or from a picture, is alone."""
    groups: dict[Terms, list[Member]] = {}
    for member in members:
        job = member.order.job
        if member.resumption.is_fresh and job.kind == JobKind.TEXT_TO_IMAGE:
            groups.setdefault(_terms_of(member.order), []).append(member)
    return [group for group in groups.values() if len(group) > 1]


def _terms_of(order: Order) -> Terms:
    """What one call has for all its pictures. No words at all are not the same as empty ones."""
    job = order.job
    size = (job.width, job.height)
    drawing = (job.steps, job.guidance_scale, job.scheduler, bool(job.negative_prompt))
    return (*size, *drawing, *((lora.sha256, lora.weight) for lora in order.loras))


def _generator(seed: int) -> torch.Generator:
    return torch.Generator("cpu").manual_seed(seed % SEED_LIMIT)
