"""The platform's API over HTTP (httpx)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.platform_api import GenerationRequest, ImageView, JobView, Session

if TYPE_CHECKING:
    import httpx

TIMEOUT_S: Final = 10.0
HEALTH_TIMEOUT_S: Final = 2.0

Shape = TypeVar("Shape")


@dataclass(frozen=True)
class HttpPlatformApi:
    """One client for every call; `authority` is the CA of an edge that serves TLS by its own."""

    authority: Path | None = None
    timeout_s: float = TIMEOUT_S

    def healthy(self, url: str) -> bool:
        import httpx

        try:
            return self._client(url).get(url, timeout=HEALTH_TIMEOUT_S).status_code == 200
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return False

    def sign_up(self, base: str, email: str, password: str) -> None:
        url, body = f"{base}/v1/auth/sign-up", {"email": email, "password": password}
        _read(url, self._call("POST", url, json=body), lambda answer: str(answer["status"]))

    def verify(self, base: str, token: str) -> None:
        self._call("POST", f"{base}/v1/auth/verification/confirm", json={"token": token})

    def sign_in(self, base: str, email: str, password: str) -> Session:
        url, body = f"{base}/v1/auth/sign-in", {"email": email, "password": password}
        return _read(url, self._call("POST", url, json=body), _session)

    def grant(self, base: str, admin: Session, user_id: str, amount_credits: int, key: str) -> None:
        body = {
            "user_id": user_id,
            "amount_credits": amount_credits,
            "reason": "smoke test",
            "idempotency_key": key,
        }
        self._call("POST", f"{base}/v1/credits/grants", session=admin, json=body)

    def balance(self, base: str, session: Session) -> int:
        url = f"{base}/v1/credits"
        return _read(url, self._call("GET", url, session=session), _balance)

    def submit(self, base: str, session: Session, request: GenerationRequest, key: str) -> JobView:
        body = {
            "checkpoint": request.checkpoint,
            "prompt": request.prompt,
            "width": request.width,
            "height": request.height,
            "steps": request.steps,
        }
        url = f"{base}/v1/generations"
        headers = {"Idempotency-Key": key}
        found = self._call("POST", url, session=session, json=body, headers=headers)
        return _read(url, found, _job)

    def job(self, base: str, session: Session, job_id: str) -> JobView:
        url = f"{base}/v1/generations/{job_id}"
        return _read(url, self._call("GET", url, session=session), _job)

    def images(self, base: str, session: Session, job_id: str) -> tuple[ImageView, ...]:
        url = f"{base}/v1/images"
        found = self._call("GET", url, session=session, params={"job_id": job_id})
        return _read(url, found, lambda body: tuple(_image(each) for each in body["items"]))

    def download(self, url: str) -> bytes:
        import httpx

        try:
            return self._client(url).get(url).raise_for_status().content
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise PingvasError("local.download_fails", where=url.partition("?")[0]) from error

    def checkpoints(self, base: str) -> tuple[Mapping[str, object], ...]:
        url = f"{base}/v1/checkpoints"
        return _read(url, self._call("GET", url), lambda body: tuple(map(dict, body["items"])))

    def register(self, base: str, admin: Session, manifest: Mapping[str, object]) -> None:
        url = f"{base}/v1/checkpoints/{manifest['name']}"
        self._call("PUT", url, session=admin, json=dict(manifest))

    def _call(
        self,
        method: str,
        url: str,
        *,
        session: Session | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,  # noqa: ANN401 - passed on to httpx
    ) -> Any:  # noqa: ANN401 - JSON
        import httpx

        sent = dict(headers or {})
        if session:
            sent["Authorization"] = f"Bearer {session.access_token}"
        try:
            answer = self._client(url).request(method, url, headers=sent, **options)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise PingvasError("local.api_away", where=url, detail=str(error)) from error
        if answer.is_error:
            raise PingvasError(
                "local.api_refused",
                where=f"{method} {url}",
                status=answer.status_code,
                detail=answer.text[:300],
            )
        return _read(url, answer, lambda body: body.json() if body.content else {})

    def _client(self, url: str) -> httpx.Client:
        return self._trusting if self.authority and url.startswith("https:") else self._plain

    @cached_property
    def _plain(self) -> httpx.Client:
        import httpx

        return httpx.Client(timeout=self.timeout_s, trust_env=False)

    @cached_property
    def _trusting(self) -> httpx.Client:
        """Only once the edge has made its CA; until then its file is missing (OSError)."""
        import ssl

        import httpx

        context = ssl.create_default_context(cafile=self.authority)
        return httpx.Client(timeout=self.timeout_s, verify=context, trust_env=False)


def _read(url: str, body: Any, shape: Callable[[Any], Shape]) -> Shape:  # noqa: ANN401 - JSON
    """What the answer says; another program behind the address may say anything."""
    try:
        return shape(body)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        detail = f"{type(error).__name__}: {error}"[:300]
        raise PingvasError("local.api_garbled", where=url, detail=detail) from error


def _balance(body: Mapping[str, Any]) -> int:
    return int(body["balance_credits"])


def _session(body: Mapping[str, Any]) -> Session:
    return Session(str(body["user"]["id"]), str(body["access_token"]))


def _job(body: Mapping[str, Any]) -> JobView:
    return JobView(
        str(body["id"]), str(body["status"]), int(body["cost_credits"]), body.get("error_code")
    )


def _image(body: Mapping[str, Any]) -> ImageView:
    return ImageView(
        str(body["id"]),
        str(body["url"]),
        int(body["width"]),
        int(body["height"]),
        str(body["sha256"]),
    )
