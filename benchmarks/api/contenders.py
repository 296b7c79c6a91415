"""The contenders as processes: ours as it ships and two rivals, one worker each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.api.ground import Ground
from benchmarks.cli.environments import TREE, Environment, make
from tests.servers.people import AUDIENCE, ISSUER
from tests.servers.ports import free_port

RIVALS_CONNECTIONS = 12  # with fewer, a request that has to wait for one waits longer
PATIENCE_S = 30
SHARED = (
    "fastapi", "uvicorn", "uvloop", "httptools", "pyjwt", "cryptography", "redis", "hiredis",
    "pydantic", "psycopg", "psycopg-binary", "psycopg-pool",
)  # fmt: skip
ONLY_RIVALS = ("sqlalchemy>=2.0.44", "asyncpg>=0.30", "greenlet")
TIERS = {"studio": {"waiting_jobs": 10_000, "requests_per_minute": 100_000, "images_per_job": 4}}


@dataclass(frozen=True)
class Contender:
    """A program that takes jobs at POST /v1/generations."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]


@dataclass(frozen=True)
class Running:
    """A contender that answers."""

    address: str
    process: psutil.Process


def rivals_environment(folder: Path) -> Environment:
    """The rivals' libraries, the shared ones in the same versions as ours."""
    return make(folder, [*(f"{name}=={version(name)}" for name in SHARED), *ONLY_RIVALS])


def ours(ground: Ground, program: str = "services.generation", **more: str) -> Contender:
    """Our generation service as it runs in production."""
    environ = {
        "PINGVAS_ENVIRONMENT": "dev",
        "PINGVAS_DATABASE_URL": ground.database.app_url,
        "PINGVAS_SYSTEM_DATABASE_URL": ground.database.system_url,
        "PINGVAS_REDIS_URL": ground.redis_url,
        "PINGVAS_JWKS_URL": ground.keys_url,
        "PINGVAS_TOKEN_ISSUER": ISSUER,
        "PINGVAS_TIERS": json.dumps(TIERS),
        "PINGVAS_WAITING_JOBS_AT_MOST": "10000000",
        **more,
    }
    return Contender("ours", [sys.executable, "-m", program], environ)


def rival(ground: Ground, environment: Environment, name: str) -> Contender:
    """A rival under uvicorn with uvloop and httptools, without an access log."""
    environ = {
        "RIVAL_DATABASE_URL": ground.database.app_url,
        "RIVAL_REDIS_URL": ground.redis_url,
        "RIVAL_CONNECTIONS": str(RIVALS_CONNECTIONS),
        "RIVAL_ISSUER": ISSUER,
        "RIVAL_AUDIENCE": AUDIENCE,
        "RIVAL_PUBLIC_KEY": ground.press.key.public.public_bytes_raw().hex(),
    }
    command = [
        *(environment.python, "-m", "uvicorn", f"benchmarks.api.rivals.{name}:app"),
        *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"),
    ]
    return Contender(name, command, environ)


@contextmanager
def running(contender: Contender, folder: Path) -> Iterator[Running]:
    """The program for as long as the block runs; its output goes to a file."""
    port = free_port()
    is_ours = "uvicorn" not in contender.command
    command = [*contender.command, *(() if is_ours else ("--port", str(port)))]
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(TREE),
        "PINGVAS_PORT": str(port),
        **contender.environ,
    }
    with (folder / f"{contender.name}.log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, cwd=folder, stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/v1/generations", process, Path(log.name))
            yield Running(f"http://127.0.0.1:{port}", psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310 - our own, on loopback
        except urllib.error.HTTPError:
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text()[-3000:]) from None
            time.sleep(0.05)
