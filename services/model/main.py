"""The model service put together."""

from fastapi import FastAPI

from services.kernel.app import create_service
from services.model.routes import router
from services.model.settings import ModelSettings


def create_app(settings: ModelSettings | None = None) -> FastAPI:
    """The application; reads the environment when no settings are given."""
    return create_service("model", settings or ModelSettings.from_environment(), [router])
