"""Sign-up, sign-in, renewal and sign-out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from services.kernel.app import Connected
from services.kernel.errors import problems
from services.user.actions.refresh_session import RefreshSession
from services.user.actions.sign_in import SignIn
from services.user.actions.sign_out import SignOut
from services.user.actions.sign_up import SignUp
from services.user.errors import SessionEnded, SignInRefused, TooManyAttempts
from services.user.routes.parts import (
    BrowserLanguage,
    Calling,
    Counting,
    Opening,
    PasswordCheck,
    Settings,
)
from services.user.schemas.sign_in import (
    RefreshToken,
    SignedInPerson,
    SignedUp,
    SignInRequest,
    SignUpRequest,
)

router = APIRouter(prefix="/v1/auth", tags=["auth"])


async def _sign_up(database: Connected, passwords: PasswordCheck, attempts: Counting) -> SignUp:
    return SignUp(database, passwords, attempts)


async def _sign_in(
    database: Connected,
    passwords: PasswordCheck,
    attempts: Counting,
    opening: Opening,
    settings: Settings,
) -> SignIn:
    return SignIn(database, passwords, attempts, opening, settings.require_verified_email)


async def _refresh(database: Connected, opening: Opening) -> RefreshSession:
    return RefreshSession(database, opening)


@router.post("/sign-up", status_code=202, responses=problems(TooManyAttempts))
async def sign_up(
    body: SignUpRequest,
    signing_up: Annotated[SignUp, Depends(_sign_up)],
    client: Calling,
    language: BrowserLanguage,
) -> SignedUp:
    """Make an account, without credits, and have a mail sent that proves its address.

    The answer is the same when the address has an account; the mail then tells its owner. Sign in
    with the chosen password once the address is verified.
    """
    await signing_up.run(
        email=body.email,
        password=body.password.get_secret_value(),
        display_name=body.display_name,
        language=body.language or language,
        client=client,
    )
    return SignedUp()


@router.post("/sign-in", responses=problems(SignInRefused, TooManyAttempts))
async def sign_in(
    body: SignInRequest, signing_in: Annotated[SignIn, Depends(_sign_in)], client: Calling
) -> SignedInPerson:
    """Open a session.

    A wrong password, an unknown address and one that is not verified yet answer alike. After five
    failures the next attempt must wait, longer each time.
    """
    session = await signing_in.run(
        email=body.email, password=body.password.get_secret_value(), client=client
    )
    return SignedInPerson.model_validate(session)


@router.post("/refresh", responses=problems(SessionEnded))
async def refresh(
    body: RefreshToken, refreshing: Annotated[RefreshSession, Depends(_refresh)], client: Calling
) -> SignedInPerson:
    """Renew a session.

    A refresh token works once; using it again ends the session. Within ten seconds the same
    client gets the same answer again, so that a lost answer or a second tab does no harm.
    """
    session = await refreshing.run(body.refresh_token.get_secret_value(), client)
    return SignedInPerson.model_validate(session)


@router.post("/sign-out", status_code=204)
async def sign_out(body: RefreshToken, database: Connected) -> None:
    """End a session; answers the same when it had ended before."""
    await SignOut(database).run(body.refresh_token.get_secret_value())
