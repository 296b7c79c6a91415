"""All five services as programs on one database, queue and bucket, and people to use them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
import psycopg
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.servers.people import TokenPress
from tests.servers.postgres import EnvironmentDatabase
from tests.servers.programs import Program, running, service
from tests.servers.seaweedfs import ACCESS_KEY, SECRET_KEY, SeaweedFS

SERVICES = ("user", "payment", "generation", "gallery", "model")
IMAGES_BUCKET = "pingvas-dev-images"
WEBHOOK_SECRET = "a-webhook-secret-for-tests-only"
TINY = """
    insert into checkpoints (name, family, source, sha256, size_bytes, abilities, width, height)
    values ('tiny', 'stable-diffusion', 'tiny', repeat('0', 64), 1, array['text_to_image'], 64, 64)
    on conflict (name) do update set enabled = true, minimum_tier = 'free'"""


@dataclass(frozen=True)
class Saas:
    """The running services by name, what all of them read, and who signs their tokens."""

    programs: Mapping[str, Program]
    settings: Mapping[str, str]
    tokens: TokenPress
    database: EnvironmentDatabase
    redis_url: str

    def url(self, name: str) -> str:
        """Where a service listens."""
        return self.programs[name].url


def signing_key_file(tokens: TokenPress, folder: Path) -> Path:
    """The private key of the tests' tokens, as the user service wants it."""
    path = folder / "signing.pem"
    path.touch(0o600)
    path.write_bytes(
        tokens.key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


def environment_of(
    database: EnvironmentDatabase, redis_url: str, store: SeaweedFS, folder: Path
) -> dict[str, str]:
    """What the programs read, all of them together; each takes its own."""
    return {
        **os.environ,
        "PINGVAS_ENVIRONMENT": "dev",
        "PINGVAS_RELEASE": "test",
        "PINGVAS_DATABASE_URL": database.app_url,
        "PINGVAS_SYSTEM_DATABASE_URL": database.system_url,
        "PINGVAS_LISTEN_DATABASE_URL": database.system_url,
        "PINGVAS_REDIS_URL": redis_url,
        "PINGVAS_MAIL_URL": f"file://{folder / 'mail'}",
        "PINGVAS_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "PINGVAS_PAYMENT_PROVIDER": "local",
        "PINGVAS_OBJECT_STORE_ENDPOINT": store.endpoint,
        "PINGVAS_OBJECT_STORE_ACCESS_KEY": ACCESS_KEY,
        "PINGVAS_OBJECT_STORE_SECRET_KEY": SECRET_KEY,
        "PINGVAS_IMAGES_BUCKET": IMAGES_BUCKET,
        "PINGVAS_CHECKPOINTS_DIR": str(folder / "checkpoints"),
    }


def offer_tiny(database: EnvironmentDatabase) -> None:
    """Put the tiny checkpoint into the catalogue, as the model service would."""
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute(f"set search_path = {database.schema}".encode())
        admin.execute(TINY)


@contextmanager
def standing(
    database: EnvironmentDatabase,
    redis_url: str,
    store: SeaweedFS,
    folder: Path,
    names: Sequence[str] = SERVICES,
    changes: Mapping[str, str] | None = None,
) -> Iterator[Saas]:
    """These services, the user service among them, for as long as the block runs."""
    for name in ("mail", "checkpoints"):
        (folder / name).mkdir(mode=0o700)
    _make_bucket(store)
    settings = {**environment_of(database, redis_url, store, folder), **(changes or {})}
    with ExitStack() as stack:
        user = service("user", settings, folder)
        tokens = TokenPress(issuer=user.url)
        settings["PINGVAS_TOKEN_ISSUER"] = user.url
        settings["PINGVAS_JWKS_URL"] = f"{user.url}/.well-known/jwks.json"
        settings["PINGVAS_SIGNING_KEY_FILE"] = str(signing_key_file(tokens, folder))
        programs = {"user": user}
        programs |= {name: service(name, settings, folder) for name in names if name != "user"}
        for program in programs.values():
            stack.enter_context(running(program))
        yield Saas(programs, settings, tokens, database, redis_url)


def _make_bucket(store: SeaweedFS) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=store.endpoint,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )
    client.create_bucket(Bucket=IMAGES_BUCKET)
    client.close()
