"""Why a job would be refused, all reasons at once: pure, from facts that were gathered before.

`QuoteJob` shows all of them, `SubmitJob` answers with the first. What must hold under concurrency
(depth, credits, the checkpoint still being there) is checked once more by the statement that takes
the job.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.contracts.jobs import lane_of
from services.contracts.schedulers import fits
from services.contracts.tiers import TierTerms
from services.dispatch.board import Situation
from services.generation.access import may_use
from services.generation.errors import (
    CheckpointUnknown,
    KindUnsupported,
    LoraNamedTwice,
    LoraUnknown,
    LoraUnsuitable,
    NoWorkerForCheckpoint,
    OverTierLimit,
    QueueFull,
    SchedulerUnsupported,
    TierTooLow,
)
from services.generation.facts.catalogue import Offer
from services.generation.schemas.requests import GenerationRequest
from services.kernel.errors import Problem


@dataclass(frozen=True)
class Facts:
    """What the queue shows may be a second old."""

    tier: str
    terms: TierTerms
    offers: Mapping[str, Offer]
    situation: Situation
    waiting_jobs_at_most: int
    retry_after_s: int


def objections(
    request: GenerationRequest, width: int, height: int, facts: Facts
) -> Iterator[Problem]:
    """The reasons, the most telling first; sizes in pixels of the pictures to be made."""
    checkpoint = facts.offers.get(request.checkpoint)
    if checkpoint is None or not checkpoint.enabled or checkpoint.kind != "checkpoint":
        yield CheckpointUnknown(request.checkpoint)
    else:
        yield from _of_checkpoint(request, checkpoint, facts)
        yield from _of_loras(request, checkpoint, facts)
    yield from _of_tier(request, width, height, facts.terms)
    yield from _of_queue(request, facts)


def _of_checkpoint(
    request: GenerationRequest, checkpoint: Offer, facts: Facts
) -> Iterator[Problem]:
    if not may_use(facts.tier, checkpoint.minimum_tier):
        yield TierTooLow(checkpoint.name, checkpoint.minimum_tier)
    if not checkpoint.is_able(request.kind):
        yield KindUnsupported(checkpoint.name, request.kind, checkpoint.abilities)
    if request.scheduler and not fits(request.scheduler, checkpoint.family):
        yield SchedulerUnsupported(checkpoint.name, request.scheduler)


def _of_loras(request: GenerationRequest, checkpoint: Offer, facts: Facts) -> Iterator[Problem]:
    if len({lora.name for lora in request.loras}) < len(request.loras):
        yield LoraNamedTwice()
    for lora in request.loras:
        offer = facts.offers.get(lora.name)
        if offer is None or not offer.enabled or offer.kind != "lora":
            yield LoraUnknown(lora.name)
        elif not may_use(facts.tier, offer.minimum_tier):
            yield TierTooLow(offer.name, offer.minimum_tier)
        elif offer.base != checkpoint.base:
            yield LoraUnsuitable(offer.name, offer.base, checkpoint.base)


def _of_tier(
    request: GenerationRequest, width: int, height: int, terms: TierTerms
) -> Iterator[Problem]:
    if max(width, height) > terms.largest_side_pixels:
        yield OverTierLimit("largest_side_pixels", terms.largest_side_pixels, max(width, height))
    if request.count > terms.images_per_job:
        yield OverTierLimit("images_per_job", terms.images_per_job, request.count)


def _of_queue(request: GenerationRequest, facts: Facts) -> Iterator[Problem]:
    situation = facts.situation
    if situation.waiting >= facts.waiting_jobs_at_most:
        yield QueueFull(facts.retry_after_s)
    if situation.workers and not situation.serving(lane_of(request.checkpoint, request.kind)):
        yield NoWorkerForCheckpoint(request.checkpoint)
