"""The user and payment services as programs: started, used together, told to stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.servers.people import ISSUER, TokenPress
from tests.servers.ports import free_port
from tests.servers.postgres import EnvironmentDatabase

PASSWORD = "a long enough password"


@contextmanager
def program(name: str, environment: Mapping[str, str], log: Path) -> Iterator[httpx.Client]:
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", f"services.{name}"],
            env={**environment, "PINGVAS_PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            wait_until_ready(client, process)
            yield client
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.wait(timeout=15)


def wait_until_ready(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the service ended"
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.ConnectError:
            pass
        time.sleep(0.05)
    raise AssertionError("the service did not become ready")


@pytest.fixture
def environment(
    environment_database: EnvironmentDatabase, tokens: TokenPress, tmp_path: Path
) -> dict[str, str]:
    key = tmp_path / "signing.pem"
    key.touch(0o600)
    key.write_bytes(
        tokens.key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return {
        **os.environ,
        "PINGVAS_ENVIRONMENT": "dev",
        "PINGVAS_DATABASE_URL": environment_database.app_url,
        "PINGVAS_SYSTEM_DATABASE_URL": environment_database.system_url,
        "PINGVAS_SIGNING_KEY_FILE": str(key),
        "PINGVAS_TOKEN_ISSUER": ISSUER,
        "PINGVAS_REQUIRE_VERIFIED_EMAIL": "false",
        "PINGVAS_ADMIN_PASSWORD": PASSWORD,
    }


def appoint(environment: Mapping[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "services.user.administrator", "root@localhost"],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def test_a_person_signs_up_here_and_gets_credits_there(
    environment: dict[str, str], tmp_path: Path
) -> None:
    appoint(environment)
    with program("user", environment, tmp_path / "user.log") as user:
        published = f"{user.base_url}/.well-known/jwks.json"
        other = {**environment, "PINGVAS_JWKS_URL": published}
        with program("payment", other, tmp_path / "payment.log") as payment:
            grant_and_spend(user, payment)
    lines = [
        json.loads(line)
        for log in (tmp_path / "user.log", tmp_path / "payment.log")
        for line in log.read_text().splitlines()
    ]
    assert {"user", "payment"} == {line["service"] for line in lines}
    assert any(line.get("path") == "/v1/credits/grants" for line in lines)
    spoken = json.dumps(lines)
    assert not [secret for secret in (PASSWORD, "ada@example.com", "eyJ") if secret in spoken]


def grant_and_spend(user: httpx.Client, payment: httpx.Client) -> None:
    signed_up = user.post(
        "/v1/auth/sign-up", json={"email": "ada@example.com", "password": PASSWORD}
    )
    assert signed_up.status_code == 202, signed_up.text
    ada, admin = (
        user.post("/v1/auth/sign-in", json={"email": email, "password": PASSWORD}).json()
        for email in ("ada@example.com", "root@localhost")
    )
    body = {"user_id": ada["user"]["id"], "amount_credits": 25, "reason": "welcome"}
    granted = payment.post(
        "/v1/credits/grants", json={**body, "idempotency_key": "1"}, headers=bearer(admin)
    )
    assert granted.status_code == 201, granted.text
    assert payment.get("/v1/credits", headers=bearer(ada)).json()["balance_credits"] == 25


def bearer(session: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {session['access_token']}"}


@pytest.mark.parametrize("name", ["user", "payment"])
def test_a_service_without_its_environment_names_what_is_missing(name: str) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PINGVAS_")}
    ran = subprocess.run(
        [sys.executable, "-m", f"services.{name}"],
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert "PINGVAS_DATABASE_URL: Field required" in ran.stderr
    assert "Traceback" not in ran.stderr
