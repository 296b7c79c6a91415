"""Pictures in a real S3: what lies there, twice is once, and a store that is away."""

from __future__ import annotations

import hashlib
import io
import threading

import pytest
from mypy_boto3_s3 import S3Client
from PIL import Image

from services.contracts.jobs import GenerationJob, StoredImage
from tests.servers.ports import free_port
from tests.servers.seaweedfs import SeaweedFS
from tests.worker.jobs import make_job
from worker.errors import JobFailure, Reason, Stopped
from worker.interruption import StopSign
from worker.object_store import ObjectStore
from worker.outbox import Outbox
from worker.settings import WorkerSettings


def _pictures() -> list[Image.Image]:
    return [Image.new("RGB", (64, 32), colour) for colour in ("red", "blue")]


def test_pictures_lie_where_the_result_says(
    settings: WorkerSettings, s3: S3Client, bucket: str
) -> None:
    job = make_job()
    stored = _send(Outbox(ObjectStore(settings)), job)
    assert [image.position for image in stored] == [0, 1]
    for image in stored:
        answer = s3.get_object(Bucket=bucket, Key=image.object_key)
        content = answer["Body"].read()
        assert image.object_key == f"images/{job.user_id}/{job.id}/{image.position}.png"
        assert answer["ContentType"] == image.content_type
        assert hashlib.sha256(content).hexdigest() == image.sha256
        assert len(content) == image.size_bytes
        assert Image.open(io.BytesIO(content)).size == (image.width, image.height) == (64, 32)


def test_storing_twice_is_storing_once(settings: WorkerSettings, s3: S3Client, bucket: str) -> None:
    job = make_job()
    outbox = Outbox(ObjectStore(settings))
    assert _send(outbox, job) == _send(outbox, job)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 2


def test_a_bucket_that_is_missing_is_told_at_once(settings: WorkerSettings) -> None:
    outbox = Outbox(ObjectStore(settings.model_copy(update={"images_bucket": "no-such-bucket"})))
    with pytest.raises(JobFailure) as caught:
        _send(outbox, make_job())
    assert caught.value.code == "store_refused"


def test_a_store_that_stays_away_fails_the_attempt(settings: WorkerSettings) -> None:
    outbox = Outbox(ObjectStore(_away(settings, patience_s=0.3)))
    with pytest.raises(JobFailure) as caught:
        _send(outbox, make_job())
    assert (caught.value.code, caught.value.retryable) == ("store_unavailable", True)


def test_a_stop_gets_through_while_the_store_is_away(settings: WorkerSettings) -> None:
    sign = StopSign()
    threading.Timer(0.1, sign.show, [Reason.DRAINING]).start()
    with pytest.raises(Stopped):
        _send(Outbox(ObjectStore(_away(settings, patience_s=60))), make_job(), sign)


@pytest.mark.integration
def test_a_store_that_was_killed_and_comes_back(
    settings: WorkerSettings, object_store: SeaweedFS, s3: S3Client, bucket: str
) -> None:
    outbox = Outbox(ObjectStore(settings.model_copy(update={"store_patience_s": 60.0})))
    before = _send(outbox, make_job())
    object_store.kill()
    threading.Timer(0.5, object_store.start).start()
    after = _send(outbox, make_job())
    for image in (*before, *after):
        assert s3.head_object(Bucket=bucket, Key=image.object_key)


def _send(
    outbox: Outbox, job: GenerationJob, sign: StopSign | None = None
) -> tuple[StoredImage, ...]:
    parcel = outbox.parcel(job)
    for position, picture in enumerate(_pictures()):
        parcel.add(position, picture)
    return parcel.send(sign or StopSign())


def _away(settings: WorkerSettings, patience_s: float) -> WorkerSettings:
    nowhere = f"http://127.0.0.1:{free_port()}"
    return settings.model_copy(
        update={"object_store_endpoint": nowhere, "store_patience_s": patience_s}
    )
