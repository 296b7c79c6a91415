"""Signing an address: ours against boto3's `generate_presigned_url` and against the bare digests.

All sides sign the same keys one by one in the same run, in turns, and none keeps an address: ours
keeps what addresses of one window share, as it does in the service. Before anything is timed,
addresses are compared with boto3's, byte for byte, at one moment.
"""

import gc
import hashlib
import hmac
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from unittest.mock import patch
from uuid import uuid4

import boto3
from botocore import auth
from botocore.config import Config

from benchmarks.api.report import missed
from services.contracts.object_keys import image_key
from services.gallery.adapters.credentials import GivenKeys, Keys
from services.gallery.adapters.s3_signer import Address, S3Signer

ROUNDS = 7
ADDRESSES = 2_000
COMPARED = 1_000
LIFETIME_S = 600
GOAL = 20.0
FLOOR_GOAL = 0.5
ENDPOINT, REGION, BUCKET = "https://objects.example", "us-east-1", "pictures"
KEYS = Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
Sign = Callable[[str], object]


@dataclass(frozen=True)
class Line:
    """One side's microseconds for an address: the median of all rounds, the least, the most."""

    name: str
    median_us: float
    least_us: float
    most_us: float


def run() -> bool:
    """Compare, time and print; whether a goal is missed."""
    keys = [image_key(uuid4(), uuid4(), position % 4) for position in range(ADDRESSES)]
    ours = S3Signer(GivenKeys(KEYS), Address.of_endpoint(ENDPOINT, BUCKET), REGION, LIFETIME_S)
    theirs = _boto3()
    _compare(ours, theirs, keys[:COMPARED])
    sides: dict[str, Sign] = {
        "pingvas": ours.sign,
        "boto3": theirs,
        "digests alone": _floor(ours.sign(keys[0]).url),
    }
    return _print(_timed(sides, keys))


def _boto3() -> Sign:
    client = boto3.client(
        "s3",
        endpoint_url=ENDPOINT,
        region_name=REGION,
        aws_access_key_id=KEYS.access_key,
        aws_secret_access_key=KEYS.secret_key,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )

    def sign(key: str) -> object:
        asked = {"Bucket": BUCKET, "Key": key}
        return client.generate_presigned_url("get_object", Params=asked, ExpiresIn=LIFETIME_S)

    return sign


def _floor(url: str) -> Sign:
    """One SHA-256 and one HMAC over texts as long as the real ones."""
    secret, canonical, to_sign = b"k" * 32, b"c" * (len(url) + 60), b"s" * 140

    def digest(_key: str) -> object:
        hashlib.sha256(canonical).hexdigest()
        return hmac.digest(secret, to_sign, "sha256").hex()

    return digest


def _compare(ours: S3Signer, theirs: Sign, keys: Sequence[str]) -> None:
    """Both sides at one moment, a window's begin. Any difference ends the run."""
    at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    with (
        patch.object(auth, "get_current_datetime", lambda: at.replace(tzinfo=None)),
        patch("time.time", at.timestamp),
    ):
        for key in keys:
            if ours.sign(key).url != theirs(key):
                raise SystemExit(f"the address of {key} is not boto3's")


def _timed(sides: dict[str, Sign], keys: Sequence[str]) -> list[Line]:
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, sign in sides.items():
            taken[name].append(_round(sign, keys))
    return [
        Line(name, statistics.median(times), min(times), max(times))
        for name, times in taken.items()
    ]


def _round(sign: Sign, keys: Sequence[str]) -> float:
    """Microseconds for one address."""
    gc.collect()
    begin = time.perf_counter()
    for key in keys:
        sign(key)
    return (time.perf_counter() - begin) / len(keys) * 1e6


def _print(lines: Sequence[Line]) -> bool:
    own, peer, floor = lines
    print(f"one presigned GET, {ADDRESSES} keys x {ROUNDS} interleaved rounds; µs")
    print(f"{'':16}{'median':>9}{'least':>9}{'most':>9}{'per s':>12}")
    for line in lines:
        print(
            f"{line.name:16}{line.median_us:9.2f}{line.least_us:9.2f}{line.most_us:9.2f}"
            f"{1e6 / line.median_us:12,.0f}"
        )
    print(f"byte-equal to boto3: {COMPARED} of {COMPARED}")
    return any(
        [
            missed("addresses/s, ours to boto3", peer.median_us / own.median_us, GOAL),
            missed("addresses/s, ours to the digests", floor.median_us / own.median_us, FLOOR_GOAL),
        ]
    )


if __name__ == "__main__":
    sys.exit(run())
