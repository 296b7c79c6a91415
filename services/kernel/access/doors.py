"""The door-keepers: dependencies of routes that let in callers or refuse them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.datastructures import State
from starlette.requests import HTTPConnection

from services.kernel.access.api_keys import ApiKeys
from services.kernel.access.caller import (
    AdminRequired,
    Caller,
    KeysUnavailable,
    PersonRequired,
    SignInRequired,
    TokenRefused,
)
from services.kernel.access.tokens import TokenVerifier
from services.kernel.errors import may_raise

SCHEME = "bearer "
KEY_START = "pv_"
NOBODY = (SignInRequired, TokenRefused, KeysUnavailable)


async def caller_of(state: State, credentials: str) -> Caller:
    """Who holds this access token or API key; `state` is the application's."""
    if credentials.startswith(KEY_START):
        keys: ApiKeys = state.api_keys
        return await keys.verify(credentials)
    verifier: TokenVerifier = state.verifier
    return await verifier.verify(credentials)


@may_raise(*NOBODY)
async def signed_in(connection: HTTPConnection) -> Caller:
    """The caller of a request or WebSocket, or a refusal with 401."""
    header = connection.headers.get("authorization")
    if header is not None and header[: len(SCHEME)].lower() == SCHEME:
        return await caller_of(connection.app.state, header[len(SCHEME) :].strip())
    key = connection.headers.get("x-api-key")
    if key is None:
        raise SignInRequired
    if not key.startswith(KEY_START):
        raise TokenRefused
    return await caller_of(connection.app.state, key)


SignedIn = Annotated[Caller, Depends(signed_in)]


@may_raise(PersonRequired)
async def person(caller: SignedIn) -> Caller:
    """The caller who signed in, or a refusal with 403 for an API key."""
    if caller.api_key_id is not None:
        raise PersonRequired
    return caller


Person = Annotated[Caller, Depends(person)]


@may_raise(AdminRequired)
async def administrator(caller: SignedIn) -> Caller:
    """The caller when an administrator who signed in, or a refusal with 403."""
    if caller.role != "admin" or caller.api_key_id is not None:
        raise AdminRequired
    return caller


Admin = Annotated[Caller, Depends(administrator)]
