"""The tiny checkpoint and real servers, made once for all tests of the worker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from mypy_boto3_s3 import S3Client

from services.dispatch.connection import connect
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from tests.servers import seaweedfs, valkey
from worker.checkpoints.install import install
from worker.checkpoints.shelf import Shelf, Shelved
from worker.checkpoints.sources import Tiny
from worker.pipelines.quiet import stay_silent
from worker.settings import WorkerSettings


@pytest.fixture(scope="session")
def shelf_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    stay_silent()
    folder = tmp_path_factory.mktemp("shelf")
    install(Tiny(), "tiny", folder)
    return folder


@pytest.fixture
def tiny(shelf_folder: Path) -> Shelved:
    shelved = Shelf(shelf_folder).find("tiny")
    assert shelved
    return shelved


@pytest.fixture(scope="session")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[seaweedfs.SeaweedFS]:
    with seaweedfs.running(tmp_path_factory.mktemp("seaweedfs")) as server:
        yield server


@pytest.fixture
def s3(object_store: seaweedfs.SeaweedFS) -> S3Client:
    return boto3.client(
        "s3",
        endpoint_url=object_store.endpoint,
        region_name="us-east-1",
        aws_access_key_id=seaweedfs.ACCESS_KEY,
        aws_secret_access_key=seaweedfs.SECRET_KEY,
        config=Config(s3={"addressing_style": "path"}),
    )


@pytest.fixture
def bucket(s3: S3Client) -> str:
    name = f"images-{uuid4()}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[valkey.Valkey]:
    folder = tmp_path / "valkey"
    folder.mkdir()
    with valkey.running(folder) as server:
        yield server


@pytest.fixture
async def queue(redis_server: valkey.Valkey) -> AsyncIterator[Queue]:
    redis = connect(redis_server.url)
    yield Queue(redis, "dev", backoff_s=0.05)
    await redis.aclose()


@pytest.fixture
async def results(redis_server: valkey.Valkey) -> AsyncIterator[ResultStream]:
    """What workers hand in, on a connection of its own."""
    redis = connect(redis_server.url)
    yield ResultStream(redis, "dev", "tester")
    await redis.aclose()


@pytest.fixture
def settings(
    redis_server: valkey.Valkey,
    object_store: seaweedfs.SeaweedFS,
    bucket: str,
    shelf_folder: Path,
) -> WorkerSettings:
    return WorkerSettings.model_validate(
        {
            "environment": "dev",
            "worker_name": "tester",
            "redis_url": redis_server.url,
            "lease_s": 2,
            "heartbeat_s": 0.2,
            "cancellation_check_s": 0.05,
            "store_patience_s": 10,
            "object_store_endpoint": object_store.endpoint,
            "object_store_access_key": seaweedfs.ACCESS_KEY,
            "object_store_secret_key": seaweedfs.SECRET_KEY,
            "images_bucket": bucket,
            "checkpoints_dir": shelf_folder,
            "device": "cpu",
            "threads": 1,
        }
    )
