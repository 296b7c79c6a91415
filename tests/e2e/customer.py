"""A customer of the platform, who only knows the address of an environment.

Like a good client it repeats what failed, with the same idempotency key; it never gives up before
its patience ends.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from uuid import uuid4

import httpx

from pingvas_cli.bootstrap.local.mail import verification_token
from pingvas_cli.config.values import EnvironmentName
from tests.e2e.own_platform import OwnPlatform, wait_for

PASSWORD: Final = "correct horse battery staple"
GRANT_CREDITS: Final = 500
PATIENCE_S: Final = 150.0
PASSING: Final = frozenset({429, 500, 502, 503, 504})
# A few seconds of work on a slow CPU: long enough to be killed in the middle.
LONG_JOB: Final = {
    "checkpoint": "tiny",
    "prompt": "a penguin that does not give up",
    "width": 256,
    "height": 256,
    "steps": 60,
    "count": 2,
}


@dataclass
class Customer:
    """One person; `jobs` are the ids of what was submitted, by idempotency key.

    `credits` is what there was to spend before the first job.
    """

    base: str
    email: str = field(default_factory=lambda: f"customer-{uuid4().hex[:12]}@example.com")
    user_id: str = ""
    token: str = ""
    credits: int = 0
    jobs: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, platform: OwnPlatform, environment: EnvironmentName) -> Customer:
        """Signed up and verified at an environment, a subscriber with an administrator's gift."""
        customer = cls(platform.context.edge_url(environment))
        customer.call("POST", "/v1/auth/sign-up", json=customer._login)
        folder = platform.layout.mail(environment)
        wait_for("a letter", lambda: bool(verification_token(folder, customer.email)), most_s=60)
        proof = {"token": verification_token(folder, customer.email)}
        customer.call("POST", "/v1/auth/verification/confirm", json=proof)
        event = ("subscription_created", "--user", customer.email, "--tier", "studio")
        platform.pingvas("dev", "webhook", "send", *event, "--env", environment, "--yes")
        answer = customer.call("POST", "/v1/auth/sign-in", json=customer._login)
        customer.user_id, customer.token = answer["user"]["id"], answer["access_token"]
        customer.granted(platform.pingvas("token", environment).stdout.strip())
        customer.credits = customer.balance()
        return customer

    def granted(self, administrator: str) -> None:
        """Take credits from the administrator, whose access token this is."""
        body = {
            "user_id": self.user_id,
            "amount_credits": GRANT_CREDITS,
            "reason": "e2e",
            "idempotency_key": uuid4().hex,
        }
        self.call("POST", "/v1/credits/grants", json=body, token=administrator)

    def submit(self, parameters: Mapping[str, object] = LONG_JOB) -> str:
        """Submit a job, repeating the request until it is taken; its id."""
        key = uuid4().hex
        headers = {"Idempotency-Key": key}
        answer = self.call("POST", "/v1/generations", json=dict(parameters), headers=headers)
        self.jobs[key] = str(answer["id"])
        return self.jobs[key]

    def status(self, job_id: str) -> str:
        return str(self.call("GET", f"/v1/generations/{job_id}")["status"])

    def balance(self) -> int:
        return int(self.call("GET", "/v1/credits")["balance_credits"])

    def images(self, job_id: str) -> list[dict[str, Any]]:
        """The pictures of a job as the gallery lists them."""
        found = self.call("GET", f"/v1/images?job_id={job_id}")
        return cast("list[dict[str, Any]]", found["items"])

    @property
    def _login(self) -> dict[str, str]:
        return {"email": self.email, "password": PASSWORD}

    def call(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> dict[str, Any]:
        """One request, repeated while the platform is away; other refusals fail the test."""
        login = {"Authorization": f"Bearer {token or self.token}"} if token or self.token else {}
        deadline = time.monotonic() + PATIENCE_S
        while True:
            answer = _tried(method, self.base + path, json, {**login, **(headers or {})})
            if answer is not None:
                assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
                return cast("dict[str, Any]", answer.json() if answer.content else {})
            assert time.monotonic() < deadline, f"{method} {path}: away for {PATIENCE_S} s"
            time.sleep(0.2)


def digest_at(url: str) -> str:
    """The SHA-256 of what a signed address gives."""
    answer = httpx.get(url, timeout=10).raise_for_status()
    assert answer.headers["content-type"] == "image/png"
    return hashlib.sha256(answer.content).hexdigest()


def _tried(
    method: str, url: str, json: object, headers: Mapping[str, str]
) -> httpx.Response | None:
    try:
        answer = httpx.request(method, url, json=json, headers=headers, timeout=10)
    except httpx.TransportError:
        return None
    return None if answer.status_code in PASSING else answer
