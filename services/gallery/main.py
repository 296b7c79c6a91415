"""The gallery service put together."""

from fastapi import FastAPI

from services.gallery.routes import router
from services.gallery.settings import GallerySettings
from services.gallery.signer import S3Signer
from services.kernel.app import create_service


def create_app(settings: GallerySettings | None = None) -> FastAPI:
    """The application; reads the environment when no settings are given."""
    settings = settings or GallerySettings.from_environment()
    app = create_service("gallery", settings, [router])
    app.state.signer = S3Signer.of(settings)
    return app
