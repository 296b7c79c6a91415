"""The platform's public API, as its smoke test and the checkpoint command use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Session:
    """A signed-in user: its id and a short-lived access token."""

    user_id: str
    access_token: str


@dataclass(frozen=True)
class GenerationRequest:
    """What to ask for: pixels, denoising steps, a prompt."""

    checkpoint: str
    prompt: str
    width: int
    height: int
    steps: int


@dataclass(frozen=True)
class JobView:
    """A job as its owner sees it."""

    id: str
    status: str
    cost_credits: int
    error_code: str | None


@dataclass(frozen=True)
class ImageView:
    """An image of the gallery with its signed URL."""

    id: str
    url: str
    width: int
    height: int
    sha256: str


class PlatformApi(Protocol):
    """One environment's API behind its edge.

    Failures raise `local.api_away` (no answer), `api_refused` or `api_garbled`; a download's
    `download_fails`.
    """

    def healthy(self, url: str) -> bool:
        """True when `url` answers 200 within two seconds."""

    def sign_up(self, base: str, email: str, password: str) -> None:
        """Ask for an account; whether there is one already is told to its owner alone, by mail."""

    def verify(self, base: str, token: str) -> None:
        """Prove an address with the token of the letter that went to it."""

    def sign_in(self, base: str, email: str, password: str) -> Session: ...
    def grant(
        self, base: str, admin: Session, user_id: str, amount_credits: int, key: str
    ) -> None: ...
    def balance(self, base: str, session: Session) -> int: ...
    def submit(self, base: str, session: Session, request: GenerationRequest, key: str) -> JobView:
        """Submit a generation; `key` is the idempotency key."""

    def job(self, base: str, session: Session, job_id: str) -> JobView: ...
    def images(self, base: str, session: Session, job_id: str) -> tuple[ImageView, ...]: ...
    def download(self, url: str) -> bytes: ...
    def checkpoints(self, base: str) -> tuple[Mapping[str, object], ...]: ...
    def register(self, base: str, admin: Session, manifest: Mapping[str, object]) -> None: ...
