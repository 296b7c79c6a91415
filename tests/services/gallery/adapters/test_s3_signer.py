"""Signed addresses: byte for byte boto3's, for one object, for a while, without a secret."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import boto3
import httpx
import pytest
from botocore import auth
from botocore.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.gallery.adapters.credentials import GivenKeys, Keys
from services.gallery.adapters.s3_signer import Address, S3Signer
from services.gallery.settings import GallerySettings
from tests.services.gallery.conftest import BUCKET, picture

LIFETIME_S = 600
NOW = datetime(2026, 2, 28, 23, 50, tzinfo=UTC)  # a window's begin, and nearly another day
PLACES = (
    ("http://127.0.0.1:9000", "us-east-1", "pictures"),
    ("https://objects.example", "eu-central-1", "pictures"),
    ("https://objects.example:443/below/", "us-east-1", "some.pictures"),
    ("http://[::1]:8333", "us-east-1", "pictures"),
    ("", "us-east-1", "pictures"),
    ("", "ap-northeast-2", "pictures"),
    ("", "cn-north-1", "pictures"),
    ("", "ap-northeast-2", "some.pictures"),
)
CLIENTS: dict[tuple[Any, ...], Any] = {}


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Both sides' clocks at one moment."""
    with (
        patch.object(auth, "get_current_datetime", lambda: at.replace(tzinfo=None)),
        patch("time.time", at.timestamp),
    ):
        yield


def peer(place: tuple[str, str, str], keys: Keys) -> Any:
    """boto3's client of the same bucket."""
    endpoint, region, _ = place
    if (place, keys) not in CLIENTS:
        by_path = Config(signature_version="s3v4", s3={"addressing_style": "path"})
        by_host = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
        CLIENTS[place, keys] = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region,
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            aws_session_token=keys.token,
            config=by_path if endpoint else by_host,
        )
    return CLIENTS[place, keys]


def ours(place: tuple[str, str, str], keys: Keys) -> S3Signer:
    endpoint, region, bucket = place
    address = Address.of_region(region, bucket)
    if endpoint:
        address = Address.of_endpoint(endpoint, bucket)
    return S3Signer(GivenKeys(keys), address, region, LIFETIME_S)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)
TOKENS = st.none() | st.sampled_from(["FwoGZXIvYXdzEBYaD/+==", "tok~en %&=?"])


@pytest.mark.parametrize("place", PLACES, ids="-".join)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(key=TEXT, token=TOKENS, file_name=st.from_regex(r"[A-Za-z0-9._-]{1,30}", fullmatch=True))
def test_the_address_is_boto3s(
    place: tuple[str, str, str], key: str, token: str | None, file_name: str
) -> None:
    keys = Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY", token)
    client, signer = peer(place, keys), ours(place, keys)
    asked: dict[str, Any] = {"Bucket": place[2], "Key": key}
    with frozen(NOW):
        expected = client.generate_presigned_url("get_object", asked, LIFETIME_S)
        assert signer.sign(key).url == expected
        asked["ResponseContentDisposition"] = f'attachment; filename="{file_name}"'
        expected = client.generate_presigned_url("get_object", asked, LIFETIME_S)
        assert signer.sign_attachment(key, file_name).url == expected


def test_an_address_stays_the_same_for_half_of_its_life() -> None:
    signer = ours(PLACES[0], Keys("a", "b"))
    with frozen(NOW):
        first = signer.sign("k")
    with frozen(NOW + timedelta(seconds=299)):
        assert signer.sign("k") == first
    with frozen(NOW + timedelta(seconds=300)):
        second = signer.sign("k")
    assert second.url != first.url
    assert first.expires_at == NOW + timedelta(seconds=600)
    assert second.expires_at == NOW + timedelta(seconds=900)


def test_the_next_day_has_its_own_key() -> None:
    keys, tomorrow = Keys("a", "b"), NOW + timedelta(minutes=10)
    signer, client = ours(PLACES[0], keys), peer(PLACES[0], keys)
    with frozen(NOW):
        signer.sign("k")
    with frozen(tomorrow):
        asked = {"Bucket": "pictures", "Key": "k"}
        assert signer.sign("k").url == client.generate_presigned_url("get_object", asked, 600)
        assert "20260301" in signer.sign("k").url


def test_new_keys_are_used_at_once() -> None:
    class Renewed:
        keys = Keys("old", "s", "t")

        def current(self) -> Keys:
            return self.keys

    source = Renewed()
    signer = S3Signer(source, Address.of_region("us-east-1", "b"), "us-east-1", 600)
    assert "=old%2F" in signer.sign("k").url
    source.keys = Keys("new", "s", "u")
    assert "=new%2F" in signer.sign("k").url
    assert "X-Amz-Security-Token=u&" in signer.sign("k").url


def test_no_secret_is_in_an_address() -> None:
    assert "very-secret" not in ours(PLACES[0], Keys("a", "very-secret")).sign("k").url


def test_people_may_reach_the_objects_elsewhere(settings: GallerySettings) -> None:
    public = settings.model_copy(update={"object_store_public_endpoint": "https://objects.example"})
    signer = S3Signer.of(public, GivenKeys(Keys("a", "b")), 600)
    assert signer.sign("k").url.startswith(f"https://objects.example/{BUCKET}/k?")


async def test_the_store_opens_it_and_nothing_else(settings: GallerySettings, bucket: Any) -> None:
    key = "signed/a b+c~ü&=%.png"
    bucket.put_object(Bucket=BUCKET, Key=key, Body=picture())
    given = Keys(
        settings.object_store_access_key.get_secret_value(),
        settings.object_store_secret_key.get_secret_value(),
    )
    url = S3Signer.of(settings, GivenKeys(given), 600).sign(key).url
    parts = urlsplit(url)
    async with httpx.AsyncClient() as client:
        assert (await client.get(url)).content == picture()
        other = url.replace(parts.path, f"/{BUCKET}/signed/other.png")
        assert (await client.get(other)).status_code == 403
        assert (await client.get(url.replace("Expires=600", "Expires=6000"))).status_code == 403
        assert (await client.put(url, content=b"x")).status_code == 403
