"""Signed addresses: for one object, for a while, without a secret in them."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from services.gallery.settings import GallerySettings
from services.gallery.signer import S3Signer


def test_a_custom_endpoint_is_addressed_by_path(settings: GallerySettings) -> None:
    signed = S3Signer.of(settings).sign("images/u/j/0.png")
    parts = urlsplit(signed.url)
    assert (parts.scheme, parts.netloc) == ("http", "127.0.0.1:9000")
    assert parts.path == "/pingvas-dev-images/images/u/j/0.png"
    query = parse_qs(parts.query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["600"]
    assert query["X-Amz-Credential"][0].startswith("an-access-key/")
    assert query["X-Amz-Credential"][0].endswith("/us-east-1/s3/aws4_request")
    assert len(query["X-Amz-Signature"][0]) == 64
    assert "a-secret-key" not in signed.url


def test_aws_is_addressed_by_host(settings: GallerySettings) -> None:
    aws = settings.model_copy(
        update={"object_store_endpoint": "", "object_store_region": "ap-northeast-2"}
    )
    parts = urlsplit(S3Signer.of(aws).sign("images/u/j/0.png").url)
    assert parts.scheme == "https"
    assert parts.netloc.startswith("pingvas-dev-images.s3.")
    assert parts.path == "/images/u/j/0.png"


def test_people_may_reach_the_objects_elsewhere(settings: GallerySettings) -> None:
    public = settings.model_copy(update={"object_store_public_endpoint": "https://objects.example"})
    url = S3Signer.of(public).sign("k").url
    assert url.startswith("https://objects.example/pingvas-dev-images/k?")


def test_the_end_is_told(settings: GallerySettings) -> None:
    expires_in = S3Signer.of(settings).sign("k").expires_at - datetime.now(UTC)
    assert timedelta(seconds=590) < expires_in <= timedelta(seconds=600)
