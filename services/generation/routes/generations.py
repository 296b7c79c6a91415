"""The generation service's addresses."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.generation.actions.cancel_job import CancelJob
from services.generation.actions.read_jobs import ReadJobs
from services.generation.actions.submit_job import SubmitJob
from services.generation.schemas.generations import Generation, GenerationRequest
from services.kernel.access import SignedIn
from services.kernel.idempotency import IdempotencyKey
from services.kernel.pagination import Page, PageAsked

router = APIRouter(prefix="/v1/generations", tags=["generations"])


async def _submit(request: Request) -> SubmitJob:
    state = request.app.state
    return SubmitJob(state.database, state.queue, state.settings)


async def _read(request: Request) -> ReadJobs:
    return ReadJobs(request.app.state.database)


async def _cancel(request: Request) -> CancelJob:
    return CancelJob(request.app.state.database, request.app.state.queue)


Read = Annotated[ReadJobs, Depends(_read)]


@router.post("", status_code=202)
async def submit_generation(
    wanted: GenerationRequest,
    key: IdempotencyKey,
    caller: SignedIn,
    submit: Annotated[SubmitJob, Depends(_submit)],
) -> Generation:
    """Order pictures; their price in credits is held until they are done.

    The same Idempotency-Key with the same body answers with the first job and charges nothing.
    """
    return (await submit.run(caller, wanted, key)).view()


@router.get("")
async def list_generations(caller: SignedIn, paging: PageAsked, read: Read) -> Page[Generation]:
    """Your jobs, newest first."""
    jobs, cursor = await read.page(caller, paging)
    return Page(items=[job.view() for job in jobs], next_cursor=cursor)


@router.get("/{job_id}")
async def get_generation(job_id: UUID, caller: SignedIn, read: Read) -> Generation:
    """One of your jobs."""
    return (await read.one(caller, job_id)).view()


@router.post("/{job_id}/cancel")
async def cancel_generation(
    job_id: UUID, caller: SignedIn, cancel: Annotated[CancelJob, Depends(_cancel)]
) -> Generation:
    """Stop a job and get its price back; a running one stops at its next step."""
    return (await cancel.run(caller, job_id)).view()
