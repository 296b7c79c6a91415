"""The user service's addresses: parse, call one action, show."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from services.kernel.access import SignedIn
from services.kernel.app import Connected
from services.user.actions.open_session import SessionPolicy
from services.user.actions.read_profile import read_profile
from services.user.actions.refresh_session import refresh_session
from services.user.actions.sign_in import sign_in
from services.user.actions.sign_out import sign_out
from services.user.actions.sign_up import sign_up
from services.user.passwords import Passwords
from services.user.schemas import KeySet, Profile, RefreshToken, SignedInPerson, SignIn, SignUp

router = APIRouter()


async def _policy(request: Request) -> SessionPolicy:
    policy: SessionPolicy = request.app.state.session_policy
    return policy


async def _passwords(request: Request) -> Passwords:
    passwords: Passwords = request.app.state.passwords
    return passwords


Policy = Annotated[SessionPolicy, Depends(_policy)]
PasswordCheck = Annotated[Passwords, Depends(_passwords)]
UserAgent = Annotated[str, Header(include_in_schema=False)]


@router.post("/v1/auth/sign-up", status_code=201, tags=["auth"])
async def post_sign_up(
    body: SignUp,
    database: Connected,
    passwords: PasswordCheck,
    policy: Policy,
    user_agent: UserAgent = "",
) -> SignedInPerson:
    """Make an account, without credits, and sign in."""
    session = await sign_up(
        database,
        passwords,
        policy,
        email=body.email,
        password=body.password.get_secret_value(),
        display_name=body.display_name,
        user_agent=user_agent,
    )
    return SignedInPerson.model_validate(session)


@router.post("/v1/auth/sign-in", tags=["auth"])
async def post_sign_in(
    body: SignIn,
    database: Connected,
    passwords: PasswordCheck,
    policy: Policy,
    user_agent: UserAgent = "",
) -> SignedInPerson:
    """Open a session; a wrong password and an unknown address answer alike."""
    session = await sign_in(
        database,
        passwords,
        policy,
        email=body.email,
        password=body.password.get_secret_value(),
        user_agent=user_agent,
    )
    return SignedInPerson.model_validate(session)


@router.post("/v1/auth/refresh", tags=["auth"])
async def post_refresh(
    body: RefreshToken, database: Connected, policy: Policy, user_agent: UserAgent = ""
) -> SignedInPerson:
    """Renew a session. A refresh token works once; using it again ends the session."""
    session = await refresh_session(
        database,
        policy,
        refresh_token=body.refresh_token.get_secret_value(),
        user_agent=user_agent,
    )
    return SignedInPerson.model_validate(session)


@router.post("/v1/auth/sign-out", status_code=204, tags=["auth"])
async def post_sign_out(body: RefreshToken, database: Connected) -> None:
    """End a session; answers the same when it had ended before."""
    await sign_out(database, refresh_token=body.refresh_token.get_secret_value())


@router.get("/v1/users/me", tags=["users"])
async def get_me(caller: SignedIn, database: Connected) -> Profile:
    """The caller's own account."""
    return Profile.model_validate(await read_profile(database, caller.user_id))


@router.get("/.well-known/jwks.json", tags=["auth"])
async def get_keys(policy: Policy, response: Response) -> KeySet:
    """The public keys that access tokens are signed with."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return KeySet.model_validate(policy.issuer.key.published())
