"""The user service put together."""

from __future__ import annotations

from fastapi import FastAPI

from services.kernel.app import create_service
from services.user.access import SigningKey, TokenIssuer
from services.user.actions.open_session import SessionPolicy
from services.user.passwords import Passwords
from services.user.routes import router
from services.user.settings import UserSettings


def create_app(settings: UserSettings | None = None) -> FastAPI:
    """Build the service from its settings, by default those of the environment."""
    settings = settings or UserSettings.from_environment()
    key = SigningKey.load(settings.signing_key_file)
    issuer = TokenIssuer(
        key,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        lifetime_seconds=settings.access_token_seconds,
    )
    app = create_service("user", settings, [router], keys=key)
    app.state.session_policy = SessionPolicy(issuer, settings.refresh_token_seconds)
    app.state.passwords = Passwords()
    return app
