"""One's own credits."""

from __future__ import annotations

from fastapi import APIRouter

from services.kernel.errors import problems
from services.kernel.pagination import Page, PageAsked
from services.payment.access import CreditsRead
from services.payment.errors import PersonUnknown
from services.payment.routes.actions import Acting
from services.payment.schemas.credits import Balance, LedgerEntry

router = APIRouter(prefix="/v1/credits", tags=["credits"])


@router.get("", responses=problems(PersonUnknown))
async def get_credits(caller: CreditsRead, actions: Acting) -> Balance:
    """Your credits.

    The free tier's credits of a month are given when it begins, or as soon as your e-mail address
    is verified.
    """
    return Balance.of(await actions.credits.balance(caller.user_id))


@router.get("/ledger")
async def get_ledger(caller: CreditsRead, actions: Acting, paging: PageAsked) -> Page[LedgerEntry]:
    """Every transfer of your credits, newest first."""
    entries, cursor = await actions.credits.entries(caller.user_id, paging)
    return Page(items=[LedgerEntry.model_validate(each) for each in entries], next_cursor=cursor)
