"""The pictures a job starts from, out of a real S3: scaled, on white, or refused for good."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from mypy_boto3_s3 import S3Client
from PIL import Image as Images
from PIL.Image import Image

from tests.worker.jobs import make_job
from worker.errors import JobFailure
from worker.interruption import StopSign
from worker.object_store import ObjectStore
from worker.settings import WorkerSettings
from worker.sources import PIXELS_AT_MOST, Sources


@pytest.fixture
def sources(settings: WorkerSettings) -> Sources:
    return Sources(ObjectStore(settings))


def _put(s3: S3Client, bucket: str, key: str, picture: Image, kind: str = "PNG") -> str:
    content = io.BytesIO()
    picture.save(content, format=kind)
    s3.put_object(Bucket=bucket, Key=key, Body=content.getvalue())
    return key


def test_source_and_mask_come_in_the_job_s_size(
    sources: Sources, s3: S3Client, bucket: str
) -> None:
    job = make_job(
        kind="inpaint",
        width=128,
        source_key=_put(s3, bucket, "a", Images.new("RGB", (32, 48), "red"), "JPEG"),
        mask_key=_put(s3, bucket, "b", Images.new("L", (32, 48), 255)),
    )
    source, mask = sources.fetch(job, StopSign())
    assert source
    assert mask
    assert (source.mode, source.size) == ("RGB", (128, 64))
    assert (mask.mode, mask.size, mask.getextrema()) == ("L", (128, 64), (255, 255))


def test_a_job_from_words_fetches_nothing(sources: Sources) -> None:
    assert sources.fetch(make_job(), StopSign()) == (None, None)


def test_what_is_transparent_is_white(sources: Sources, s3: S3Client, bucket: str) -> None:
    key = _put(s3, bucket, "clear", Images.new("RGBA", (8, 8), (0, 0, 0, 0)))
    source, _ = sources.fetch(make_job(source_key=key), StopSign())
    assert source
    assert source.getpixel((0, 0)) == (255, 255, 255)


def test_what_is_gone_or_no_picture_is_refused_for_good(
    sources: Sources, s3: S3Client, bucket: str
) -> None:
    s3.put_object(Bucket=bucket, Key="words", Body=b"no picture")
    for key, code in (("none", "source_missing"), ("words", "source_broken")):
        with pytest.raises(JobFailure) as caught:
            sources.fetch(make_job(source_key=key), StopSign())
        assert (caught.value.code, caught.value.retryable) == (code, False)


@pytest.mark.parametrize("pixels", [PIXELS_AT_MOST, 100_000_000, 400_000_000])
def test_what_is_too_large_is_refused_by_its_header(
    sources: Sources, s3: S3Client, bucket: str, pixels: int
) -> None:
    edge = int(pixels**0.5) + 1
    s3.put_object(Bucket=bucket, Key="bomb", Body=_png_that_says(edge))
    with pytest.raises(JobFailure) as caught:
        sources.fetch(make_job(source_key="bomb"), StopSign())
    assert (caught.value.code, caught.value.retryable) == ("source_broken", False)


def _png_that_says(edge: int) -> bytes:
    """A small PNG whose header tells of a square of this edge, in pixels."""
    content = io.BytesIO()
    Images.new("L", (8, 8)).save(content, format="PNG")
    head, size, rest = b"IHDR", struct.pack(">II", edge, edge), content.getvalue()
    header = head + size + rest[24:29]
    return rest[:12] + header + struct.pack(">I", zlib.crc32(header)) + rest[33:]
