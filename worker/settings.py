"""The worker's settings, from PINGVAS_* variables. The names are the platform's, see README."""

import os
import socket
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

DeviceChoice = Literal["auto", "cpu", "cuda", "mps"]
AttentionChoice = Literal["sdpa", "sliced", "cudnn", "flash", "xformers"]
REDIS_SCHEMES = ("redis://", "rediss://", "redis+sentinel://", "unix://")
MOST_GIB = 1_000_000.0
MOST_TOGETHER = 64
DtypeChoice = Literal["auto", "float32", "float16", "bfloat16"]


def _printable(name: str) -> str:
    if not name.isprintable():
        raise ValueError("it has a control character in it")
    return name


def _redis(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(REDIS_SCHEMES):
        raise ValueError(f"it begins with one of {', '.join(REDIS_SCHEMES)}")
    return url


# The queue writes it into lines; one that was read from a file ends with a newline.
WorkerName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_printable)
]


class StoreSettings(BaseSettings):
    """The object store, and where checkpoints lie: all that `publish` needs."""

    model_config = SettingsConfigDict(env_prefix="PINGVAS_", frozen=True, extra="ignore")

    object_store_endpoint: str = ""
    object_store_region: str = "us-east-1"
    object_store_access_key: str = ""
    object_store_secret_key: SecretStr = SecretStr("")

    checkpoints_dir: Path
    checkpoints_bucket: str = ""
    checkpoints_prefix: str = "checkpoints/"


class WorkerSettings(StoreSettings):
    """Read once at the start. Times are seconds; a heartbeat must fit several times in a lease."""

    environment: Literal["dev", "prod"]
    release: str = "unknown"
    worker_name: WorkerName = Field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}")

    redis_url: Annotated[SecretStr, AfterValidator(_redis)]
    lease_s: float = Field(default=30.0, ge=1, le=3600)
    heartbeat_s: float = Field(default=5.0, gt=0)
    cancellation_check_s: float = Field(default=1.0, gt=0, le=60)
    preview_every_s: float = Field(default=0.5, ge=0)
    claim_ahead: float = Field(default=0.5, ge=0, le=1)
    drain_grace_s: float = Field(default=8.0, ge=0)
    metadata_endpoint: str = ""

    images_bucket: str
    store_patience_s: float = Field(default=120.0, ge=0)

    checkpoint_cache_gib: float = Field(default=100.0, gt=0, le=MOST_GIB)
    warm_checkpoint: str = ""
    safety_checker_dir: Path | None = None
    resident_gib: float | None = Field(default=None, gt=0, le=MOST_GIB)

    device: DeviceChoice = "auto"
    dtype: DtypeChoice = "auto"
    threads: int | None = Field(default=None, ge=1)
    batch_size: int | None = Field(default=None, ge=1)
    batch_at_most: int = Field(default=1, ge=1, le=MOST_TOGETHER)
    channels_last: bool = False
    compile: bool = False
    attention: AttentionChoice = "sdpa"
    cpu_offload: bool = False

    kubernetes_endpoint: str = ""
    pod_namespace: str = ""
    pod_name: str = ""

    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(default=0, ge=0, le=65535)

    @field_validator("heartbeat_s")
    @classmethod
    def _fits_the_lease(cls, value: float, info: ValidationInfo) -> float:
        """One that comes late must not cost the lease."""
        if 2 * value > info.data.get("lease_s", value * 2):
            raise ValueError("a heartbeat is at most half of a lease")
        return value
