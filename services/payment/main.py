"""The payment service put together: its routes, and the turns that run beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.kernel.app import create_service
from services.kernel.app.turns import Turn, taking_turns
from services.payment.assembly import Actions, assemble
from services.payment.routes import ABOUT, ROUTERS, TAGS
from services.payment.settings import PaymentSettings


def create_app(settings: PaymentSettings | None = None) -> FastAPI:
    """Build the service from its settings, by default those of the environment."""
    settings = settings or PaymentSettings.from_environment()
    return create_service("payment", settings, ROUTERS, about=ABOUT, tags=TAGS, lifespan=_life)


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    actions = assemble(app.state.settings, app.state.database, app.state.metrics.registry)
    app.state.actions = actions
    try:
        async with taking_turns(_turns(actions)):
            yield
    finally:
        await actions.provider.close()


def _turns(actions: Actions) -> Mapping[str, Turn]:
    return {
        "events": actions.retry.turn,
        "forget": actions.retry.forget,
        "lapse": actions.lapse.turn,
        "forsaken": actions.unwanted.forsaken,
        "duplicates": actions.unwanted.duplicates,
        "refunds": actions.refund.turn,
        "monthly_credits": actions.monthly.turn,
        "verified_credits": actions.monthly.verified,
    }
