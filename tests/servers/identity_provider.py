"""A provider that people sign in with, over real HTTP: OpenID Connect, and GitHub's two APIs.

It checks what a provider checks (client, redirect address, PKCE, a code works once), says who
`person` is, and may be told to lie by `tamper`.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from tests.servers.ports import free_port

CLIENT_ID = "pingvas-tests"
CLIENT_SECRET = "for-tests-only"
KEY_ID = "first"
KEY = generate_private_key(65537, 2048)


def signed(claims: Mapping[str, Any], key: RSAPrivateKey = KEY, key_id: str = KEY_ID) -> str:
    """An ID token as it should be."""
    return jwt.encode(dict(claims), key, "RS256", {"kid": key_id})


@dataclass
class IdentityProvider:
    """`person` is who is signed in there; `tamper` makes the ID token of the claims."""

    issuer: str
    person: dict[str, Any] = field(default_factory=dict)
    tamper: Callable[[dict[str, Any]], str] = signed
    tells_issuer: bool = False
    is_away: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def sign_in(self, subject: str | int, email: str, *, verified: bool = True) -> None:
        """Somebody else is signed in there from now on, and tells the truth."""
        self.tamper = signed
        self.person = {
            "sub": subject,
            "email": email,
            "email_verified": verified,
            "name": "Ada\r\nLovelace",
        }

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "authorization_response_iss_parameter_supported": self.tells_issuer,
        }

    def authorize(self, query: Mapping[str, str]) -> str:
        """Where to send the browser back to."""
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = dict(query)
        back = {"code": code, "state": query["state"]}
        if self.tells_issuer:
            back["iss"] = self.issuer
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def redeem(self, form: Mapping[str, str]) -> dict[str, str] | None:
        """What was asked for with a code, which is gone then; None for a wrong one."""
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        proper = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if asked is None or not proper or challenge != asked["code_challenge"]:
            return None
        return asked if form.get("redirect_uri") == asked["redirect_uri"] else None

    def id_token(self, asked: Mapping[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        return self.tamper({**claims, "nonce": asked["nonce"], **self.person})


def application(provider: IdentityProvider) -> FastAPI:
    """The provider's addresses."""
    app = FastAPI()

    @app.middleware("http")
    async def count(request: Request, proceed: Any) -> Any:
        provider.requests.append(request.url.path)
        return JSONResponse({}, 500) if provider.is_away else await proceed(request)

    async def authorize(request: Request) -> Response:
        return RedirectResponse(provider.authorize(request.query_params), 302)

    app.add_route("/authorize", authorize)
    app.add_route("/login/oauth/authorize", authorize)
    _speak_open_id(app, provider)
    _speak_github(app, provider)
    return app


def _speak_open_id(app: FastAPI, provider: IdentityProvider) -> None:
    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return provider.discovery()

    @app.get("/jwks")
    async def jwks() -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "RS256"}, {"kty": "odd"}]}

    @app.post("/token")
    async def token(request: Request) -> JSONResponse:
        asked = provider.redeem(await _form(request))
        if asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": "x", "id_token": provider.id_token(asked)})


def _speak_github(app: FastAPI, provider: IdentityProvider) -> None:
    @app.post("/login/oauth/access_token")
    async def token(request: Request) -> JSONResponse:
        asked = provider.redeem(await _form(request))
        if asked is None:
            return JSONResponse({"error": "bad_verification_code"})
        return JSONResponse({"access_token": "gho_for-tests", "token_type": "bearer"})

    @app.get("/api/user")
    async def user(request: Request) -> JSONResponse:
        assert request.headers["authorization"] == "Bearer gho_for-tests"
        return JSONResponse({"id": provider.person["sub"], "login": "ada", "name": None})

    @app.get("/api/user/emails")
    async def emails() -> JSONResponse:
        email, verified = provider.person["email"], provider.person["email_verified"]
        other = {"email": "other@example.com", "primary": False, "verified": True}
        main = {"email": email, "primary": True, "verified": verified}
        return JSONResponse([other, main])


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode()))


@contextmanager
def running() -> Iterator[IdentityProvider]:
    """A provider that listens on this machine for as long as the block runs."""
    port = free_port()
    provider = IdentityProvider(f"http://127.0.0.1:{port}")
    config = uvicorn.Config(
        application(provider), host="127.0.0.1", port=port, log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield provider
    finally:
        server.should_exit = True
        thread.join(10)
