"""No program shows a secret: not in its settings, not in its logs, not when an address is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import httpx
import pytest
from pydantic import SecretStr

from services.dispatch.connection import SentinelAddress
from services.generation.settings import GenerationSettings
from services.kernel.settings import ServiceSettings
from tests.servers.ports import free_port
from tests.services.test_settings_table import PROGRAMS

SECRET = "hunter2-hunter2"
HIDDEN = re.compile(r"password|secret|access_key|database_url|redis_url")
PLAIN = {("worker", "object_store_access_key")}  # an identifier by AWS's own terms
WRONG_ADDRESSES = [
    f"postgresql:/a:{SECRET}@127.0.0.1/x",
    f"postgresql//a:{SECRET}@127.0.0.1/x",
    f"postgresql://a:{SECRET}/b@127.0.0.1/x",
    f"postgresql://a:{SECRET}@127.0.0.1:port/x",
    f"mysql://a:{SECRET}@127.0.0.1/x",
    f"{SECRET}",
    "",
]
RIGHT_ADDRESSES = [
    f"postgresql://a:{SECRET}@127.0.0.1:5432/x?sslmode=disable",
    f"postgres://a:{SECRET}@[::1]:5432/x",
    f"postgresql://a:{SECRET}@h1:1,h2:2/x",
    f"postgresql:///x?host=/run/postgresql&password={SECRET}",
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_secrets_are_of_the_type_that_hides_them(program: str) -> None:
    fields = PROGRAMS[program].model_fields
    shown = {
        name
        for name, field in fields.items()
        if HIDDEN.search(name) and not hides(field.annotation)
    }
    assert not {name for name in shown if (program, name) not in PLAIN}


def hides(kind: object) -> bool:
    """A secret, with a check of it or without, that may be left out or not."""
    if isinstance(kind, UnionType) or get_origin(kind) is Union:
        return all(hides(each) for each in get_args(kind) if each is not NoneType)
    return kind is SecretStr or (get_origin(kind) is Annotated and hides(get_args(kind)[0]))


def test_settings_and_addresses_do_not_show_their_secrets() -> None:
    settings = service_settings()
    assert SECRET in settings.database_url.get_secret_value()
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert SECRET not in shown
    assert SECRET not in repr(SentinelAddress.parse(f"redis+sentinel://a:{SECRET}@h:1/name"))


def service_settings(**changes: Any) -> GenerationSettings:
    values = {
        "environment": "dev",
        "database_url": f"postgresql://a:{SECRET}@127.0.0.1:1/x",
        "system_database_url": f"postgresql://b:{SECRET}@127.0.0.1:1/x",
        "redis_url": f"redis://a:{SECRET}@127.0.0.1:1/0",
        "jwks_url": "http://127.0.0.1:1/keys",
        "token_issuer": "http://127.0.0.1:1",
    }
    return GenerationSettings(**{**values, **changes})


@pytest.mark.parametrize("address", WRONG_ADDRESSES)
@pytest.mark.parametrize("variable", ["DATABASE_URL", "REDIS_URL"])
def test_an_address_that_a_driver_would_quote_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    address: str,
) -> None:
    surroundings(
        monkeypatch,
        {
            f"PINGVAS_{variable}": address.replace("postgresql", "redis", 1)
            if variable == "REDIS_URL"
            else address
        },
    )
    with pytest.raises(SystemExit) as ended:
        GenerationSettings.from_environment()
    words = capsys.readouterr().err
    assert ended.value.code == 2
    assert f"PINGVAS_{variable}: " in words
    assert SECRET not in words


@pytest.mark.parametrize("address", RIGHT_ADDRESSES)
def test_addresses_of_every_shape_are_taken(address: str) -> None:
    assert service_settings(database_url=address).database_url.get_secret_value() == address


@pytest.mark.parametrize(
    "address",
    [
        "redis://127.0.0.1:6379/0",
        f"rediss://:{SECRET}@cache.example.com:6380/0?ssl_cert_reqs=required",
        f"redis+sentinel://a:{SECRET}@127.0.0.1:1,127.0.0.1:2,127.0.0.1:3/pingvas",
    ],
)
def test_redis_addresses_of_every_shape_are_taken(address: str) -> None:
    assert service_settings(redis_url=address).redis_url.get_secret_value() == address


def test_what_is_not_json_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    surroundings(monkeypatch, {"PINGVAS_TIERS": SECRET})
    with pytest.raises(SystemExit):
        GenerationSettings.from_environment()
    assert capsys.readouterr().err == "PINGVAS_TIERS: not JSON\n"


def surroundings(monkeypatch: pytest.MonkeyPatch, changes: Mapping[str, str]) -> None:
    for name, value in {**variables(), **changes}.items():
        monkeypatch.setenv(name, value)


def variables() -> dict[str, str]:
    settings = service_settings()
    wanted = {*ServiceSettings.model_fields, "redis_url"} - {"port"}
    found = {name: getattr(settings, name) for name in wanted}
    return {f"PINGVAS_{name.upper()}": as_variable(value) for name, value in found.items()}


def as_variable(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return json.dumps(value) if isinstance(value, list) else str(value)


def test_a_service_whose_servers_are_away_logs_no_secret(tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.generation"],
            env={**os.environ, **variables(), "PINGVAS_PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            assert readiness(port) == 503
        finally:
            process.terminate()
            process.wait(timeout=15)
    words = log.read_text()
    assert "background_waits" in words
    assert "connecting" in words
    assert SECRET not in words


def readiness(port: int) -> int:
    for _ in range(600):
        try:
            return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=10).status_code
        except httpx.ConnectError:
            time.sleep(0.05)
    raise AssertionError("the service did not start")
