"""SeaweedFS as the S3 API: the server, then each environment's buckets (inventory 39-43).

Each environment's own S3 key reads and writes its own bucket only. The filer's HTTP port, which
would list everything to anybody, is closed; the parts speak gRPC among themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.bootstrap.local.supervised import SupervisedStep
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, PingvasError, msg
from pingvas_cli.ports.object_store import Bucket, ObjectStoreAccess
from pingvas_cli.ports.supervisor import Program
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, StepFailed

REGION: Final = "us-east-1"
LOGS_KEPT_DAYS: Final = 30
# Its own end waits 15 s for subscribers that are its own parts. By then nobody writes any more, and
# what it has acknowledged is in its files, so it is killed sooner.
STOP_WAIT_S: Final = 4
# SeaweedFS makes one socket for each of these there, whatever TMPDIR says.
SOCKET_FOLDER: Final = Path("/tmp")  # noqa: S108 - SeaweedFS chose it
SOCKETS: Final = ("master", "volume", "filer", "s3")
EVERYTHING: Final = ("Admin", "Read", "Write", "List", "Tagging")


class ObjectStoreServer(SupervisedStep):
    """One process with SeaweedFS's master, volume, filer and S3 parts."""

    slug = "object-store"
    title = msg("local.object_store")

    def programs(self, ctx: LocalContext) -> tuple[Program, ...]:
        command = (str(ctx.binaries.paths["weed"]), "-logtostderr=true", "server")
        flags = tuple(f"-{name}={value}" for name, value in _flags(ctx).items())
        return (
            Program(
                "object-store",
                command + flags,
                ctx.layout.object_store,
                ctx.layout.log("object-store"),
                stop_wait_s=STOP_WAIT_S,
            ),
        )

    def files(self, ctx: LocalContext) -> Mapping[Path, str]:
        identities = json.dumps({"identities": _identities(ctx)}, indent=1)
        return {ctx.layout.object_store / "identities.json": identities}

    def prepare(self, ctx: LocalContext) -> None:
        (ctx.layout.object_store / "data").mkdir(exist_ok=True, mode=0o700)

    def unready(self, ctx: LocalContext) -> Message | None:
        ready = ctx.object_store.answers(administrator_access(ctx))
        return None if ready else msg("local.waiting_for_object_store")


class Buckets:
    """The four buckets, with their lifecycle."""

    slug = "buckets"
    title = msg("local.buckets")
    patience_s = 60.0

    def inspect(self, ctx: LocalContext) -> Inspection:
        if ctx.saved_secrets is None:
            return Absent()
        ready = ctx.object_store.prepared(administrator_access(ctx), buckets(ctx))
        return Present() if ready else Absent()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        return (msg("local.preview_buckets", buckets=", ".join(b.name for b in buckets(ctx))),)

    def apply(self, ctx: LocalContext) -> Applied:
        try:
            ctx.object_store.prepare(administrator_access(ctx), buckets(ctx))
        except PingvasError as error:
            raise StepFailed(
                error.code, where=error.where, retryable=True, **error.params
            ) from error
        return Done()


def buckets(ctx: LocalContext) -> tuple[Bucket, ...]:
    """Images of each environment, shared checkpoints, shared logs."""
    name = ctx.configuration.platform.name
    images = tuple(Bucket(images_bucket(ctx, e), versioned=e == "prod") for e in ENVIRONMENTS)
    models = Bucket(f"{name}-models-shared")
    return (*images, models, Bucket(f"{name}-logs-shared", expire_days=LOGS_KEPT_DAYS))


def images_bucket(ctx: LocalContext, environment: EnvironmentName) -> str:
    return f"{ctx.configuration.platform.name}-{environment}-images"


def endpoint(ctx: LocalContext) -> str:
    return f"http://127.0.0.1:{ctx.ports['object_store']}"


def sockets(ctx: LocalContext) -> tuple[Path, ...]:
    """The unix sockets that the server makes outside the state folder, and leaves when killed."""
    ports = {part: ctx.ports[f"object_store_{part}_grpc"] for part in SOCKETS}
    return tuple(SOCKET_FOLDER / f"seaweedfs-{p}-grpc-{port}.sock" for p, port in ports.items())


def administrator_access(ctx: LocalContext) -> ObjectStoreAccess:
    secrets = ctx.secrets
    access, secret = secrets.object_store_admin_access, secrets.object_store_admin_secret
    return ObjectStoreAccess(endpoint(ctx), REGION, access, secret)


def _flags(ctx: LocalContext) -> Mapping[str, object]:
    """Loopback only; every port named; no telemetry, no unix sockets in shared folders."""
    folder, ports = ctx.layout.object_store, ctx.ports
    return {
        "dir": folder / "data",
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.port": ports["object_store_master"],
        "master.port.grpc": ports["object_store_master_grpc"],
        "master.volumeSizeLimitMB": 256,
        "master.electionTimeout": "1s",
        "master.telemetry": "false",
        "volume.port": ports["object_store_volume"],
        "volume.port.grpc": ports["object_store_volume_grpc"],
        "volume.max": 0,
        "volume.minFreeSpace": "100MiB",
        "volume.preStopSeconds": 0,
        "filer": "true",
        "filer.disableHttp": "true",
        "filer.port": ports["object_store_filer"],
        "filer.port.grpc": ports["object_store_filer_grpc"],
        "filer.localSocket": folder / "filer.sock",
        "s3": "true",
        "s3.port": ports["object_store"],
        "s3.port.grpc": ports["object_store_s3_grpc"],
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.iam": "false",
        "s3.autoCreateBucket": "false",
        "s3.localSocket": folder / "s3.sock",
        "s3.config": folder / "identities.json",
    }


def _identities(ctx: LocalContext) -> list[dict[str, object]]:
    secrets = ctx.secrets
    admin = _identity(
        "administrator",
        secrets.object_store_admin_access,
        secrets.object_store_admin_secret,
        EVERYTHING,
    )
    return [admin, *(_environment_identity(ctx, environment) for environment in ENVIRONMENTS)]


def _environment_identity(ctx: LocalContext, environment: EnvironmentName) -> dict[str, object]:
    secrets, bucket = ctx.secrets.of(environment), images_bucket(ctx, environment)
    actions = tuple(f"{action}:{bucket}" for action in ("Read", "Write", "List"))
    access, secret = secrets.object_store_access, secrets.object_store_secret
    return _identity(environment, access, secret, actions)


def _identity(name: str, access: str, secret: str, actions: tuple[str, ...]) -> dict[str, object]:
    credentials = [{"accessKey": access, "secretKey": secret}]
    return {"name": name, "credentials": credentials, "actions": list(actions)}
