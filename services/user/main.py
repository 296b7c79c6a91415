"""The user service put together: its routes, and the tasks that run beside them.

The mail server and the providers may be away when it starts, and at any time later.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from services.kernel.app import create_service
from services.kernel.app.turns import Turn, repeating, taking_turns
from services.kernel.db import Database
from services.kernel.logs import logger
from services.user.access import TokenIssuer
from services.user.actions.delete_account import PurgeAccounts
from services.user.actions.forget_leftovers import ForgetLeftovers
from services.user.actions.open_session import OpenSession
from services.user.actions.send_letters import SendLetters
from services.user.adapters.identity_provider import providers_of
from services.user.adapters.json_over_http import client
from services.user.adapters.mail import mailer_of
from services.user.key_ring import KeyRing
from services.user.passwords import Passwords
from services.user.routes import ABOUT, ROUTERS, TAGS
from services.user.settings import UserSettings

LETTERS_EVERY_S = 1.0
PURGE_EVERY_S = 300.0
LEFTOVERS_EVERY_S = 600.0


def create_app(settings: UserSettings | None = None) -> FastAPI:
    """Build the service from its settings, by default those of the environment."""
    settings = settings or UserSettings.from_environment()
    ring = KeyRing(settings.signing_key_file, settings.access_token_seconds)
    app = create_service(
        "user", settings, ROUTERS, about=ABOUT, tags=TAGS, lifespan=_life, keys=ring
    )
    issuer = TokenIssuer(
        ring,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        lifetime_seconds=settings.access_token_seconds,
    )
    app.state.key_ring = ring
    app.state.opening = OpenSession(issuer, settings.refresh_token_seconds)
    app.state.passwords = Passwords()
    app.state.providers = {}
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    settings: UserSettings = app.state.settings
    async with AsyncExitStack() as stack:
        if settings.identity_providers:
            http = await stack.enter_async_context(client())
            app.state.providers = providers_of(settings.identity_providers, http)
        turns = _turns(app.state.database, settings)
        await stack.enter_async_context(taking_turns(turns))
        yield


def _turns(database: Database, settings: UserSettings) -> Mapping[str, Turn]:
    purge = PurgeAccounts(database, settings.purge_after_days)
    turns = {
        "purge": repeating(purge.run, PURGE_EVERY_S),
        "leftovers": repeating(ForgetLeftovers(database).run, LEFTOVERS_EVERY_S),
    }
    mailer = mailer_of(settings.mail_url.get_secret_value(), settings.mail_from)
    if mailer is None:
        logger(__name__).warning("mail_is_off", variable="PINGVAS_MAIL_URL")
        return turns
    letters = SendLetters(database, mailer, settings.links_to)
    return {**turns, "letters": repeating(letters.run, LETTERS_EVERY_S)}
