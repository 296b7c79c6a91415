"""The five services' OpenAPI documents, from applications that are built and never started."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from fastapi import FastAPI

from pingvas_cli.adapters.signing_key import new_signing_key
from services.gallery.main import create_app as gallery
from services.gallery.settings import GallerySettings
from services.generation.main import create_app as generation
from services.generation.settings import GenerationSettings
from services.model.main import create_app as model
from services.model.settings import ModelSettings
from services.payment.main import create_app as payment
from services.payment.settings import PaymentSettings
from services.user.main import create_app as user
from services.user.settings import UserSettings

Document = Mapping[str, Any]
# What a service must be told before it can be built; nobody listens at any of it.
VALUES: Final[Mapping[str, Any]] = {
    "environment": "dev",
    "release": "reference",
    "database_url": "postgresql://app@127.0.0.1:1/pingvas",
    "system_database_url": "postgresql://system@127.0.0.1:1/pingvas",
    "token_issuer": "http://127.0.0.1:8180",
    "redis_url": "redis://127.0.0.1:1/0",
    "images_bucket": "images",
    "object_store_access_key": "nobody",  # without a key the signer would look for one at AWS
    "object_store_secret_key": "nobody",
}
KEYS: Final[Mapping[str, Any]] = {"jwks_url": "http://127.0.0.1:1/.well-known/jwks.json"}


@cache
def documents() -> Mapping[str, Document]:
    """The OpenAPI document of each service by its name."""
    with TemporaryDirectory() as folder:
        built = _built(Path(folder))
        return {name: build().openapi() for name, build in built.items()}


def _built(folder: Path) -> Mapping[str, Callable[[], FastAPI]]:
    key = folder / "key.pem"
    key.write_text(new_signing_key(), encoding="utf-8")
    key.chmod(0o600)
    own = {"signing_key_file": key, "mail_url": folder.as_uri(), "checkpoints_dir": folder}
    given = {**VALUES, **own}
    return {
        "user": lambda: user(UserSettings(**given)),
        "payment": lambda: payment(PaymentSettings(**given, **KEYS)),
        "generation": lambda: generation(GenerationSettings(**given, **KEYS)),
        "gallery": lambda: gallery(GallerySettings(**given, **KEYS)),
        "model": lambda: model(ModelSettings(**given, **KEYS)),
    }
