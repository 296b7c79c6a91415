"""Look at a wish before it is taken: what it would make and cost, and all that is against it.

The one way of quotes and submits. What it asks is remembered for a moment, but for a source, which
is looked up each time as the person who names it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.contracts.jobs import lane_of, steps_done, work_units
from services.contracts.tiers import TierTerms
from services.dispatch.board import Situation
from services.generation.errors import MaskMismatch, SourceUnknown
from services.generation.facts.catalogue import Catalogue
from services.generation.facts.remembered import Remembered
from services.generation.pricing import Price
from services.generation.repository import submits
from services.generation.repository.submits import Picture
from services.generation.rules import Facts, objections
from services.generation.schemas.requests import (
    LARGEST_SEED,
    SIDE_STEP_PX,
    GenerationRequest,
    Inpaint,
    OwnImage,
    OwnUpload,
    TextToImage,
    Upscale,
)
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database
from services.kernel.errors import Problem


@dataclass(frozen=True)
class Appraisal:
    """A wish completed: sizes in pixels, `work_units` in megapixel-steps."""

    request: GenerationRequest
    width: int
    height: int
    pictures: dict[str, str]
    price: Price
    work_units: float
    terms: TierTerms
    problems: Sequence[Problem]

    @property
    def lane(self) -> str:
        """Where it would wait."""
        return lane_of(self.request.checkpoint, self.request.kind)

    def require(self) -> None:
        """Raise the first of the problems, if there is any."""
        if self.problems:
            raise self.problems[0]

    def parameters(self) -> dict[str, Any]:
        """What is stored of it, see `JobRecord`; draws the seed when none was given."""
        seed = self.request.seed
        asked = self.request.model_dump(mode="json", exclude={"kind", "checkpoint"})
        return {
            **asked,
            "width": self.width,
            "height": self.height,
            "size_drawn": [side for side in ("width", "height") if asked.get(side) is None],
            "seed": secrets.randbelow(LARGEST_SEED + 1) if seed is None else seed,
            "seed_drawn": seed is None,
            **self.pictures,
        }


@dataclass(frozen=True)
class AppraiseJob:
    """Reads only."""

    database: Database
    catalogue: Catalogue
    situation: Remembered[Situation]
    settings: GenerationSettings

    async def run(self, caller: Caller, request: GenerationRequest) -> Appraisal:
        """Raises SourceUnknown and MaskMismatch: without its source a job has no size."""
        pictures = await self._pictures(caller, request)
        width, height = _size(request, pictures.get("source"))
        facts = await self._facts(caller, request)
        strength = getattr(request, "strength", None)
        return Appraisal(
            request=request,
            width=width,
            height=height,
            pictures={f"{name}_key": picture.object_key for name, picture in pictures.items()},
            price=self._price(request, width, height),
            work_units=work_units(
                width=width,
                height=height,
                steps=request.steps,
                count=request.count,
                strength=strength,
            ),
            terms=facts.terms,
            problems=tuple(objections(request, width, height, facts)),
        )

    async def _facts(self, caller: Caller, request: GenerationRequest) -> Facts:
        names = {request.checkpoint, *(lora.name for lora in request.loras)}
        return Facts(
            tier=caller.tier,
            terms=self.settings.terms_of(caller.tier),
            offers=await self.catalogue.find(caller.user_id, names),
            situation=await self.situation.get(),
            waiting_jobs_at_most=self.settings.waiting_jobs_at_most,
            retry_after_s=self.settings.retry_after_s,
        )

    def _price(self, request: GenerationRequest, width: int, height: int) -> Price:
        return Price(
            width=width,
            height=height,
            steps=steps_done(request.steps, getattr(request, "strength", None)),
            count=request.count,
            credits_per_megapixel_step=self.settings.credits_per_megapixel_step,
        )

    async def _pictures(self, caller: Caller, request: GenerationRequest) -> dict[str, Picture]:
        if isinstance(request, TextToImage):
            return {}
        found = {"source": await self._picture(caller, "source", request.source)}
        if isinstance(request, Inpaint):
            found["mask"] = await self._picture(caller, "mask", request.mask)
            if not found["source"].is_as_large_as(found["mask"]):
                raise MaskMismatch
        return found

    async def _picture(self, caller: Caller, field: str, named: OwnImage | OwnUpload) -> Picture:
        if isinstance(named, OwnImage):
            picture = await submits.find_image(self.database, caller.user_id, named.image_id)
        else:
            picture = await submits.find_upload(self.database, caller.user_id, named.upload_id)
        if picture is None:
            raise SourceUnknown(field)
        return picture


def _size(request: GenerationRequest, source: Picture | None) -> tuple[int, int]:
    if isinstance(request, TextToImage):
        return request.width, request.height
    assert source is not None  # noqa: S101 - every other kind has one
    if isinstance(request, Upscale):
        return source.width * request.factor, source.height * request.factor
    return request.width or _in_steps(source.width), request.height or _in_steps(source.height)


def _in_steps(side: int) -> int:
    return max(SIDE_STEP_PX, side - side % SIDE_STEP_PX)
