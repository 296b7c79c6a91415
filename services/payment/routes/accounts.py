"""Anyone's credits, for administrators."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from services.kernel.errors import problems
from services.kernel.idempotency import KeyReused
from services.kernel.pagination import Page, PageAsked
from services.payment.access import AccountsRead, CreditsGrant
from services.payment.actions.grant_credits import Gift, GrantMade
from services.payment.errors import PersonUnknown, TooFewCredits
from services.payment.routes.actions import Acting
from services.payment.schemas.credits import Adjustment, Balance, Grant, Granted, LedgerEntry

router = APIRouter(prefix="/v1/credits", tags=["accounts"])


@router.post("/grants", status_code=201, responses=problems(PersonUnknown, KeyReused))
async def post_grant(administrator: CreditsGrant, body: Grant, actions: Acting) -> Granted:
    """Give credits to a person. Repeating a key answers with the grant that it made."""
    gift = Gift(**body.model_dump())
    return _granted(await actions.grant.run(gift, actor_id=administrator.user_id))


@router.post(
    "/adjustments", status_code=201, responses=problems(PersonUnknown, KeyReused, TooFewCredits)
)
async def post_adjustment(
    administrator: CreditsGrant, body: Adjustment, actions: Acting
) -> Granted:
    """Correct a person's credits, up or down. Repeating a key answers with what it made."""
    gift = Gift(**body.model_dump())
    return _granted(await actions.grant.run(gift, actor_id=administrator.user_id))


@router.get("/accounts/{user_id}", responses=problems(PersonUnknown))
async def get_account(_: AccountsRead, user_id: UUID, actions: Acting) -> Balance:
    """A person's credits."""
    return Balance.of(await actions.credits.balance_of(user_id))


@router.get("/accounts/{user_id}/ledger", responses=problems(PersonUnknown))
async def get_account_ledger(
    _: AccountsRead, user_id: UUID, actions: Acting, paging: PageAsked
) -> Page[LedgerEntry]:
    """Every transfer of a person's credits, newest first."""
    entries, cursor = await actions.credits.entries_of(user_id, paging)
    return Page(items=[LedgerEntry.model_validate(each) for each in entries], next_cursor=cursor)


def _granted(made: GrantMade) -> Granted:
    return Granted(
        entry=LedgerEntry.model_validate(made.entry),
        user_id=made.entry.user_id,
        balance_credits=made.balance.available,
    )
