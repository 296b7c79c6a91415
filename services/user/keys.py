"""`python -m services.user.keys rotate|list|retire`: the folder of signing keys.

    rotate [--at-once]        make a key; it signs when everybody who verifies can know it
    list                      every key and what it is good for
    retire [KEY_ID --now]     remove keys whose last token has expired, or one that leaked

Prints one JSON object a line for each key; running services notice within seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.user import key_folder
from services.user.access import SigningKey, SigningKeyUnusable
from services.user.key_folder import EVER, KeptKey, Schedule
from services.user.settings import KeySettings

PUBLISHED_AHEAD = timedelta(seconds=600)  # the JWKS document may be kept for 300 s


def main(arguments: Sequence[str]) -> int:
    """Do it and print; 0 done, 1 failed, 2 not understood."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.verb == "retire" and bool(asked.key) is not asked.now:
        parser.error("retire takes KEY_ID and --now together, or neither")
    settings = KeySettings.from_environment()
    lifetime = timedelta(seconds=settings.access_token_seconds)
    try:
        for line in _run(asked, settings.signing_key_file, lifetime):
            sys.stdout.write(json.dumps(line) + "\n")
    except (SigningKeyUnusable, OSError) as unusable:
        sys.stderr.write(f"keys: {unusable}\n")
        return 1
    return 0


def rotate(folder: Path, *, at_once: bool = False) -> Path:
    """Make a key in the folder, whole or not at all; its file."""
    _require_folder(folder)
    key = SigningKey(Ed25519PrivateKey.generate())
    signs_from = datetime.now(UTC) + (timedelta() if at_once else PUBLISHED_AHEAD)
    path = folder / f"{signs_from:{key_folder.TIME}}-{key.key_id[:8]}.pem"
    pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    unfinished = path.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return path


def retire(schedule: Schedule, key_id: str | None) -> list[KeptKey]:
    """Remove the keys that are good for nothing, or the named one; those that went."""
    now = datetime.now(UTC)
    if key_id is None:
        gone = [kept for kept in schedule.keys if schedule.state(kept, now) == "retired"]
    else:
        gone = [kept for kept in schedule.keys if kept.key.key_id == key_id]
        if not gone:
            raise SigningKeyUnusable(f"there is no key {key_id}")
    if len(gone) == len(schedule.keys):
        raise SigningKeyUnusable("it is the only key: rotate --at-once first")
    for kept in gone:
        kept.path.unlink()
    return gone


def _run(asked: argparse.Namespace, path: Path, lifetime: timedelta) -> list[dict[str, str | None]]:
    if asked.verb == "rotate":
        made = rotate(path, at_once=asked.at_once)
        schedule = key_folder.read(path, lifetime)
        return [_shown(kept, schedule) for kept in schedule.keys if kept.path == made]
    schedule = key_folder.read(path, lifetime)
    if asked.verb == "list":
        return [_shown(kept, schedule) for kept in schedule.keys]
    _require_folder(path)
    return [{**_shown(kept, schedule), "state": "retired"} for kept in retire(schedule, asked.key)]


def _shown(kept: KeptKey, schedule: Schedule) -> dict[str, str | None]:
    return {
        "key_id": kept.key.key_id,
        "file": kept.path.name,
        "signs_from": None if kept.signs_from == EVER else kept.signs_from.isoformat(),
        "state": schedule.state(kept, datetime.now(UTC)),
    }


def _require_folder(path: Path) -> None:
    if not path.is_dir():
        raise SigningKeyUnusable(f"{path} is not a folder, so its key cannot be rotated")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.user.keys")
    verbs = parser.add_subparsers(dest="verb", required=True)
    rotating = verbs.add_parser("rotate", help="make a key")
    rotating.add_argument("--at-once", action="store_true", help="let it sign at once")
    verbs.add_parser("list", help="show every key")
    retiring = verbs.add_parser("retire", help="remove keys")
    retiring.add_argument("key", nargs="?", metavar="KEY_ID", help="a key that leaked")
    retiring.add_argument("--now", action="store_true", help="although its tokens are good")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
