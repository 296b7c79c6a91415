"""Choosing a new password by mail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from services.kernel.app import Connected
from services.kernel.errors import problems
from services.user.actions.request_letter import RequestLetter
from services.user.actions.reset_password import ResetPassword
from services.user.errors import TokenInvalid, TooManyAttempts
from services.user.routes.parts import BrowserLanguage, Calling, Counting, PasswordCheck
from services.user.schemas.sign_in import MailRequest, MailRequested, NewPasswordAnswer

router = APIRouter(prefix="/v1/auth/password-reset", tags=["passwords"])


async def _letter(database: Connected, attempts: Counting) -> RequestLetter:
    return RequestLetter(database, attempts)


async def _reset(database: Connected, passwords: PasswordCheck) -> ResetPassword:
    return ResetPassword(database, passwords)


@router.post("", status_code=202, responses=problems(TooManyAttempts))
async def request_password_reset(
    body: MailRequest,
    requesting: Annotated[RequestLetter, Depends(_letter)],
    client: Calling,
    language: BrowserLanguage,
) -> MailRequested:
    """Have a mail sent to choose a new password with; five an hour at most."""
    await requesting.run(
        "reset_password", email=body.email, language=body.language or language, client=client
    )
    return MailRequested()


@router.post("/confirm", status_code=204, responses=problems(TokenInvalid))
async def confirm_password_reset(
    body: NewPasswordAnswer, resetting: Annotated[ResetPassword, Depends(_reset)]
) -> None:
    """Choose a new password: every session ends, and the address is proven. API keys stay."""
    await resetting.run(body.token, body.password.get_secret_value())
