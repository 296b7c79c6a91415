"""Prices before anything is ordered."""

from fastapi import APIRouter

from services.generation.errors import MaskMismatch, SourceUnknown
from services.generation.routes.parts import Counted, QuoteIt
from services.generation.schemas.quotes import Quote
from services.generation.schemas.requests import GenerationRequest
from services.kernel.errors import problems

router = APIRouter(prefix="/v1/quotes", tags=["quotes"])


@router.post("", responses=problems(SourceUnknown, MaskMismatch))
async def quote_generation(caller: Counted, wanted: GenerationRequest, quote: QuoteIt) -> Quote:
    """Say what a job would cost, and whether it would be taken.

    Takes the body of `POST /v1/generations`; nothing is held, and nothing is promised.
    """
    return await quote.run(caller, wanted)
