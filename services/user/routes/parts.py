"""What routes are given: who calls by which program, and the parts that actions are built of."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request

from services.kernel.access import Caller, Person
from services.kernel.app import Connected
from services.kernel.errors import may_raise
from services.user.actions.confirm_password import ConfirmPassword
from services.user.actions.count_attempts import CountAttempts
from services.user.actions.manage_sessions import ManageSessions
from services.user.actions.open_session import OpenSession
from services.user.client import Client
from services.user.errors import SessionEnded
from services.user.language import Language, preferred
from services.user.passwords import Passwords
from services.user.settings import UserSettings


async def _client(
    request: Request, user_agent: Annotated[str, Header(include_in_schema=False)] = ""
) -> Client:
    return Client.of(request.client.host if request.client else "", user_agent)


async def _language(
    accept_language: Annotated[str, Header(include_in_schema=False)] = "",
) -> Language:
    return preferred(accept_language)


async def _settings(request: Request) -> UserSettings:
    settings: UserSettings = request.app.state.settings
    return settings


async def _passwords(request: Request) -> Passwords:
    passwords: Passwords = request.app.state.passwords
    return passwords


async def _opening(request: Request) -> OpenSession:
    opening: OpenSession = request.app.state.opening
    return opening


async def _attempts(database: Connected) -> CountAttempts:
    return CountAttempts(database)


Calling = Annotated[Client, Depends(_client)]
BrowserLanguage = Annotated[Language, Depends(_language)]
Settings = Annotated[UserSettings, Depends(_settings)]
PasswordCheck = Annotated[Passwords, Depends(_passwords)]
Opening = Annotated[OpenSession, Depends(_opening)]
Counting = Annotated[CountAttempts, Depends(_attempts)]


async def _confirm(
    database: Connected, passwords: PasswordCheck, attempts: Counting
) -> ConfirmPassword:
    return ConfirmPassword(database, passwords, attempts)


@may_raise(SessionEnded)
async def _present(caller: Person, database: Connected) -> Caller:
    """A person whose session is still open: what follows must not be done by an old token."""
    await ManageSessions(database).require_open(caller)
    return caller


Confirmation = Annotated[ConfirmPassword, Depends(_confirm)]
Present = Annotated[Caller, Depends(_present)]
