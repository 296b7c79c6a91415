"""Proving addresses by mail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from services.kernel.app import Connected
from services.kernel.errors import problems
from services.user.actions.change_email import ChangeEmail
from services.user.actions.request_letter import RequestLetter
from services.user.actions.verify_address import VerifyAddress
from services.user.errors import TokenInvalid, TooManyAttempts
from services.user.routes.parts import BrowserLanguage, Calling, Confirmation, Counting
from services.user.schemas.sign_in import MailRequest, MailRequested, TokenAnswer

router = APIRouter(prefix="/v1/auth", tags=["verification"])


async def _letter(database: Connected, attempts: Counting) -> RequestLetter:
    return RequestLetter(database, attempts)


async def _change_email(database: Connected, password: Confirmation) -> ChangeEmail:
    return ChangeEmail(database, password)


@router.post("/verification", status_code=202, responses=problems(TooManyAttempts))
async def request_verification(
    body: MailRequest,
    requesting: Annotated[RequestLetter, Depends(_letter)],
    client: Calling,
    language: BrowserLanguage,
) -> MailRequested:
    """Have the mail sent again that proves an address; five an hour at most."""
    await requesting.run(
        "verify_address", email=body.email, language=body.language or language, client=client
    )
    return MailRequested()


@router.post("/verification/confirm", status_code=204, responses=problems(TokenInvalid))
async def confirm_verification(body: TokenAnswer, database: Connected) -> None:
    """Prove an address. Of several sign-ups with it, the one whose mail this was is the owner's."""
    await VerifyAddress(database).run(body.token)


@router.post("/email-change/confirm", status_code=204, responses=problems(TokenInvalid))
async def confirm_email_change(
    body: TokenAnswer, changing: Annotated[ChangeEmail, Depends(_change_email)]
) -> None:
    """Prove the new address of an account, which goes by it from now on."""
    await changing.confirm(body.token)
