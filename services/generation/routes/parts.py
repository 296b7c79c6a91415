"""From a request to the actions: what `main` put together, and the count of a person's requests."""

import math
from typing import Annotated

from fastapi import Depends, Request

from services.generation.actions.cancel_job import CancelJob
from services.generation.actions.quote_job import QuoteJob
from services.generation.actions.read_jobs import ReadJobs
from services.generation.actions.submit_job import SubmitJob
from services.generation.errors import TooManyRequests
from services.generation.rates import Rates
from services.generation.settings import GenerationSettings
from services.kernel.access import NOBODY, Caller, signed_in
from services.kernel.errors import may_raise


def submitting(request: Request) -> SubmitJob:
    """How jobs are taken. Called by the route: each dependency costs as much as a token's check."""
    submit: SubmitJob = request.app.state.submit
    return submit


async def _quote(request: Request) -> QuoteJob:
    return QuoteJob(submitting(request))


async def _read(request: Request) -> ReadJobs:
    state = request.app.state
    return ReadJobs(state.database, state.submit.outlook, state.settings)


async def _cancel(request: Request) -> CancelJob:
    return CancelJob(request.app.state.database, request.app.state.queue)


@may_raise(*NOBODY, TooManyRequests)
async def _counted(request: Request) -> Caller:
    caller = await signed_in(request)
    settings: GenerationSettings = request.app.state.settings
    rates: Rates = request.app.state.rates
    allowed = settings.terms_of(caller.tier).requests_per_minute
    wait_s = rates.spend(str(caller.user_id), allowed)
    if wait_s:
        raise TooManyRequests(allowed, math.ceil(wait_s))
    return caller


QuoteIt = Annotated[QuoteJob, Depends(_quote)]
Read = Annotated[ReadJobs, Depends(_read)]
Cancel = Annotated[CancelJob, Depends(_cancel)]
Counted = Annotated[Caller, Depends(_counted)]
