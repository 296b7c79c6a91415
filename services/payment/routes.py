"""The payment service's addresses: parse, call one action, show."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.kernel.app import Connected
from services.kernel.pagination import Page, PageAsked
from services.payment.access import CreditsGrant, CreditsRead
from services.payment.actions.grant_credits import Gift, grant_credits
from services.payment.actions.list_ledger import list_ledger
from services.payment.actions.read_balance import read_balance
from services.payment.schemas import Balance, Grant, Granted, LedgerEntry, Plans
from services.payment.settings import PaymentSettings

router = APIRouter()


async def _settings(request: Request) -> PaymentSettings:
    settings: PaymentSettings = request.app.state.settings
    return settings


@router.get("/v1/credits", tags=["credits"])
async def get_credits(caller: CreditsRead, database: Connected) -> Balance:
    """The caller's credits."""
    return Balance(balance_credits=await read_balance(database, caller.user_id))


@router.get("/v1/credits/ledger", tags=["credits"])
async def get_ledger(
    caller: CreditsRead, database: Connected, paging: PageAsked
) -> Page[LedgerEntry]:
    """Every change of the caller's credits, newest first."""
    rows, next_cursor = await list_ledger(database, caller.user_id, paging)
    return Page(items=[LedgerEntry(**row) for row in rows], next_cursor=next_cursor)


@router.post("/v1/credits/grants", status_code=201, tags=["credits"])
async def post_grant(administrator: CreditsGrant, body: Grant, database: Connected) -> Granted:
    """Give credits to a person. Repeating a key answers with the grant that it made."""
    made = await grant_credits(database, Gift(**body.model_dump()), actor_id=administrator.user_id)
    return Granted(
        entry=LedgerEntry.model_validate(made.entry),
        user_id=made.user_id,
        balance_credits=made.balance_credits,
    )


@router.get("/v1/plans", tags=["plans"])
async def get_plans(settings: Annotated[PaymentSettings, Depends(_settings)]) -> Plans:
    """The plans on offer; no sign-in needed."""
    return Plans(items=list(settings.plans))
