"""The proof: a new user signs up, verifies, gets credits, asks for an image and fetches it.

Every call goes through the edge, as a customer's would. What the test has reached stands in a
file, so that a killed run goes on with the same user and the same job.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from pingvas_cli.bootstrap.local.catalogue import public
from pingvas_cli.bootstrap.local.checkpoint import TINY, installed
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.mail import verification_token
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, PingvasError, msg
from pingvas_cli.ports.platform_api import GenerationRequest, ImageView, JobView, Session
from pingvas_cli.private_files import write_private
from pingvas_cli.steps.step import (
    Absent,
    Applied,
    Done,
    Inspection,
    Present,
    StepFailed,
    Waiting,
)

GRANT_CREDITS: Final = 100
PNG: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Attempt:
    """How far a smoke test has come: signed up, address verified, job submitted."""

    release: str
    email: str
    password: str
    key: str
    signed_up: bool = False
    verified: bool = False
    job_id: str | None = None


@dataclass(frozen=True)
class SmokeTest:
    """Of one environment; passed once for each release it runs."""

    environment: EnvironmentName
    patience_s: float = 180.0

    @property
    def slug(self) -> str:
        return f"{self.environment}-smoke-test"

    @property
    def title(self) -> Message:
        return msg("local.smoke_test", environment=self.environment)

    def inspect(self, ctx: LocalContext) -> Inspection:
        release = ctx.releases.deployed(self.environment)
        evidence = read_evidence(ctx, self.environment)
        passed = evidence and release and evidence["release"] == release.id
        return Present() if passed and picture(ctx, self.environment).exists() else Absent()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        return (msg("local.preview_smoke_test", url=ctx.edge_url(self.environment)),)

    def apply(self, ctx: LocalContext) -> Applied:
        base = ctx.edge_url(self.environment)
        attempt = self._signed_up(ctx, base, self._attempt(ctx))
        if not attempt.verified:
            token = verification_token(ctx.layout.mail(self.environment), attempt.email)
            if token is None:
                return Waiting(msg("local.waiting_for_letter", email=attempt.email), 0.2)
            attempt = self._verified(ctx, base, attempt, token)
        user = ctx.api.sign_in(base, attempt.email, attempt.password)
        if attempt.job_id is None:
            attempt = self._submit(ctx, base, user, attempt)
        job = ctx.api.job(base, user, str(attempt.job_id))
        if job.status in ("queued", "running"):
            return Waiting(msg("local.waiting_for_image", status=job.status), 0.2)
        if job.status != "succeeded":
            self._file(ctx).unlink()
            raise StepFailed("local.smoke_job_fails", where=base, job=job.id, reason=job.error_code)
        return self._keep(ctx, base, user, job)

    def _attempt(self, ctx: LocalContext) -> Attempt:
        release = ctx.release(self.environment).id
        if self._file(ctx).exists():
            found = Attempt(**json.loads(self._file(ctx).read_text(encoding="utf-8")))
            if found.release == release:
                return found
        key = secrets.token_hex(8)
        email = f"smoke-{key}@{ctx.domain}"
        return self._saved(ctx, Attempt(release, email, secrets.token_hex(16), key))

    def _signed_up(self, ctx: LocalContext, base: str, attempt: Attempt) -> Attempt:
        """Sign up once; doing it again for the same address is harmless, and sends a letter."""
        if attempt.signed_up:
            return attempt
        ctx.api.sign_up(base, attempt.email, attempt.password)
        return self._saved(ctx, replace(attempt, signed_up=True))

    def _verified(self, ctx: LocalContext, base: str, attempt: Attempt, token: str) -> Attempt:
        """Use a letter's token; one that a killed run has used is refused, but signing in works."""
        try:
            ctx.api.verify(base, token)
        except PingvasError as error:
            if error.code != "local.api_refused":
                raise
        ctx.api.sign_in(base, attempt.email, attempt.password)
        return self._saved(ctx, replace(attempt, verified=True))

    def _submit(self, ctx: LocalContext, base: str, user: Session, attempt: Attempt) -> Attempt:
        password = ctx.secrets.of(self.environment).administrator
        admin = ctx.api.sign_in(base, ctx.administrator(), password)
        self._catalogue(ctx, base, admin)
        ctx.api.grant(base, admin, user.user_id, GRANT_CREDITS, f"smoke:{attempt.key}")
        job = ctx.api.submit(base, user, _request(ctx), attempt.key)
        return self._saved(ctx, replace(attempt, job_id=job.id))

    def _catalogue(self, ctx: LocalContext, base: str, admin: Session) -> None:
        """The catalogue names every installed checkpoint before one is asked for."""
        for manifest in installed(ctx):
            ctx.api.register(base, admin, public(manifest))

    def _keep(self, ctx: LocalContext, base: str, user: Session, job: JobView) -> Done | Waiting:
        images = ctx.api.images(base, user, job.id)
        if not images:
            return Waiting(msg("local.waiting_for_image", status=job.status))
        content = _checked(ctx, images[0])
        fresh = picture(ctx, self.environment).with_suffix(".new")
        fresh.write_bytes(content)
        fresh.replace(picture(ctx, self.environment))
        evidence = self._evidence(ctx, base, user, job, images[0])
        write_private(_evidence_file(ctx, self.environment), json.dumps(evidence, indent=1))
        self._file(ctx).unlink(missing_ok=True)
        return Done({"job": job.id, "sha256": images[0].sha256})

    def _evidence(
        self, ctx: LocalContext, base: str, user: Session, job: JobView, image: ImageView
    ) -> Mapping[str, object]:
        return {
            "release": ctx.release(self.environment).id,
            "job": job.id,
            "image": image.id,
            "sha256": image.sha256,
            "width": image.width,
            "height": image.height,
            "cost_credits": job.cost_credits,
            "balance_credits": ctx.api.balance(base, user),
        }

    def _saved(self, ctx: LocalContext, attempt: Attempt) -> Attempt:
        write_private(self._file(ctx), json.dumps(asdict(attempt)))
        return attempt

    def _file(self, ctx: LocalContext) -> Path:
        return ctx.layout.smoke_tests / f"{self.environment}-attempt.json"


def picture(ctx: LocalContext, environment: EnvironmentName) -> Path:
    """The image that the environment's smoke test generated."""
    return ctx.layout.smoke_tests / f"{environment}.png"


def read_evidence(ctx: LocalContext, environment: EnvironmentName) -> Mapping[str, object] | None:
    """What the environment's last smoke test found, or None before the first."""
    path = _evidence_file(ctx, environment)
    if not path.exists():
        return None
    found: Mapping[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _evidence_file(ctx: LocalContext, environment: EnvironmentName) -> Path:
    return ctx.layout.smoke_tests / f"{environment}.json"


def _request(ctx: LocalContext) -> GenerationRequest:
    asked = ctx.configuration.local.smoke_test
    return GenerationRequest(TINY, asked.prompt, asked.width, asked.height, asked.steps)


def _checked(ctx: LocalContext, image: ImageView) -> bytes:
    """The image's bytes, as the gallery's signed address gives them to anybody who has it."""
    content = ctx.api.download(image.url)
    if not content.startswith(PNG) or hashlib.sha256(content).hexdigest() != image.sha256:
        raise StepFailed("local.smoke_image_differs", where=image.url.partition("?")[0])
    return content
