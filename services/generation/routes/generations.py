"""Jobs: ordered, shown, stopped."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, BeforeValidator

from services.contracts.jobs import JobKind
from services.generation.errors import (
    CheckpointUnknown,
    InsufficientCredits,
    JobAlreadyFinished,
    JobNotFound,
    KindUnsupported,
    LoraNamedTwice,
    LoraUnknown,
    LoraUnsuitable,
    MaskMismatch,
    NoWorkerForCheckpoint,
    OverTierLimit,
    QueueFull,
    SchedulerUnsupported,
    SourceUnknown,
    TierTooLow,
    TooManyWaitingJobs,
)
from services.generation.repository.jobs import Wanted
from services.generation.routes.parts import Cancel, Counted, Read, submitting
from services.generation.schemas.generations import Generation, Status
from services.generation.schemas.requests import GenerationRequest
from services.kernel.access import SignedIn
from services.kernel.errors import problems
from services.kernel.idempotency import IdempotencyKey, KeyReused
from services.kernel.pagination import Page, PageAsked

router = APIRouter(prefix="/v1/generations", tags=["generations"])

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def _written_out(moment: object) -> object:
    """Pydantic would take a number too, as seconds."""
    if isinstance(moment, str) and not RFC_3339.fullmatch(moment):
        raise ValueError("not a time after RFC 3339")
    return moment


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
REFUSALS = (
    CheckpointUnknown,
    KindUnsupported,
    SchedulerUnsupported,
    LoraNamedTwice,
    LoraUnknown,
    LoraUnsuitable,
    SourceUnknown,
    MaskMismatch,
    TierTooLow,
    OverTierLimit,
    InsufficientCredits,
    NoWorkerForCheckpoint,
    TooManyWaitingJobs,
    QueueFull,
)


async def _wanted(
    status: Annotated[Status | None, Query(description="Only jobs in this state.")] = None,
    kind: Annotated[JobKind | None, Query(description="Only jobs of this kind.")] = None,
    since: Annotated[
        Moment | None, Query(description="Only jobs ordered at this time or later (RFC 3339).")
    ] = None,
) -> Wanted:
    return Wanted(status, kind, since)


@router.post("", status_code=202, responses=problems(*REFUSALS, KeyReused))
async def submit_generation(
    request: Request, caller: Counted, key: IdempotencyKey, wanted: GenerationRequest
) -> Generation:
    """Order pictures.

    Their price in credits is held until they are done. The same Idempotency-Key with the same body
    answers with the first job and charges nothing.
    """
    return await submitting(request).run(caller, wanted, key)


@router.get("")
async def list_generations(
    caller: SignedIn,
    paging: PageAsked,
    wanted: Annotated[Wanted, Depends(_wanted)],
    read: Read,
) -> Page[Generation]:
    """List your jobs, newest first."""
    jobs, cursor = await read.page(caller, wanted, paging)
    return Page(items=jobs, next_cursor=cursor)


@router.get("/{job_id}", responses=problems(JobNotFound))
async def get_generation(job_id: UUID, caller: SignedIn, read: Read) -> Generation:
    """Show one of your jobs; while it waits, with when it may begin."""
    return await read.one(caller, job_id)


@router.post("/{job_id}/cancel", responses=problems(JobNotFound, JobAlreadyFinished))
async def cancel_generation(job_id: UUID, caller: SignedIn, cancel: Cancel) -> Generation:
    """Stop a job and get its price back.

    One that waits is over at once; a running one stops at its next step.
    """
    return (await cancel.run(caller, job_id)).view()
