"""The platform is closed: loopback only, private files, no secret on show."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import psutil
import pytest

from tests.e2e.customer import PASSWORD, Customer
from tests.e2e.own_platform import OwnPlatform, platform_processes

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

# A token: three parts in base64url, the first of which is a JSON object.
TOKEN = re.compile(rb"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}")
# Written by PostgreSQL and SeaweedFS themselves, who store the customers' data in them.
DATA = ("database/data/", "database/wal_archive/", "object_store/data/")


def test_every_socket_is_on_loopback(platform: OwnPlatform) -> None:
    found = [
        (process.name(), each.type, each.laddr)
        for process in platform_processes(platform.root)
        for each in process.net_connections("inet")
        if each.laddr and not ip_address(each.laddr.ip).is_loopback
    ]
    assert not found


def test_every_listening_port_is_a_configured_one(platform: OwnPlatform) -> None:
    listening = {
        each.laddr.port
        for process in platform_processes(platform.root)
        for each in process.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN
    }
    assert listening
    assert listening <= set(platform.context.ports.values())


def test_folders_are_private(platform: OwnPlatform) -> None:
    assert not [str(f) for f in platform.layout.folders if _is_open(f)]


def test_files_that_hold_a_secret_are_private(platform: OwnPlatform) -> None:
    secrets = _secrets(platform)
    holders = [path for path in _files(platform.root) if _holds(path.read_bytes(), secrets)]
    assert not [str(path) for path in holders if _is_open(path)]
    names = {path.name for path in holders}
    assert {"secrets.json", "identities.json", "sentinel.conf", "node.conf"} <= names
    assert {"dev-services.conf", "prod-worker.conf", "first.pem"} <= names


def test_no_secret_is_on_a_command_line(platform: OwnPlatform) -> None:
    secrets = _secrets(platform)
    lines = [" ".join(process.cmdline()) for process in platform_processes(platform.root)]
    assert lines
    assert not [line for line in lines if _holds(line.encode(), secrets)]


def test_no_secret_is_in_a_log(platform: OwnPlatform) -> None:
    customer = Customer.of(platform, "dev")
    secrets = [*_secrets(platform), PASSWORD.encode(), customer.token.encode()]
    logs = [*platform.layout.logs.iterdir(), platform.layout.journal]
    texts = {path: path.read_bytes() for path in logs}
    assert not [str(path) for path, text in texts.items() if _holds(text, secrets)]
    assert not [str(path) for path, text in texts.items() if TOKEN.search(text)]
    assert b"/v1/credits/grants" in texts[platform.layout.log("dev-access")]


def _secrets(platform: OwnPlatform) -> list[bytes]:
    """Every generated value, and the lines of the keys."""
    stored = json.loads(platform.layout.secrets.read_text(encoding="utf-8"))
    values = [value.encode() for value in _leaves(stored)]
    for path in platform.layout.keys.rglob("*.pem"):
        values += [line for line in path.read_bytes().splitlines() if not line.startswith(b"--")]
    assert len(values) > 20
    return values


def _leaves(stored: dict[str, object]) -> Iterator[str]:
    for value in stored.values():
        if isinstance(value, dict):
            yield from _leaves(value)
        else:
            yield str(value)


def _files(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        name = str(path.relative_to(root))
        if path.is_file() and not name.startswith(DATA):
            yield path


def _holds(text: bytes, secrets: list[bytes]) -> bool:
    return any(secret in text for secret in secrets)


def _is_open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
