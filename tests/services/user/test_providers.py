"""Sign-in by way of a provider, against one that speaks real HTTP, and against liars."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import ValidationError

from services.user.main import create_app
from services.user.settings import UserSettings
from tests.servers import identity_provider
from tests.servers.identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEY,
    KEY_ID,
    IdentityProvider,
    signed,
)
from tests.servers.postgres import EnvironmentDatabase
from tests.services.user.conftest import new_address, quick
from tests.services.user.visitors import Mailbox, SignedIn, Visitor, code_of, new_email

STRANGERS_KEY = generate_private_key(65537, 2048)
CODE = "sign_in_code="


@pytest.fixture(scope="module")
def running_provider() -> Iterator[IdentityProvider]:
    with identity_provider.running() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: IdentityProvider) -> IdentityProvider:
    """Honest, awake, and without memory."""
    running_provider.tells_issuer = running_provider.is_away = False
    running_provider.requests.clear()
    running_provider.sign_in(new_email(), new_email())
    return running_provider


@pytest.fixture
async def browser(
    settings: UserSettings, provider: IdentityProvider, mailbox: Mailbox
) -> AsyncIterator[Visitor]:
    """Of a platform that has the provider under three names: as OpenID, again, and as GitHub."""
    known = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    terms = {
        "google": {"kind": "oidc", "issuer": provider.issuer, **known},
        "other": {"kind": "oidc", "issuer": provider.issuer, **known},
        "github": {
            "kind": "github",
            "site": provider.issuer,
            "api": f"{provider.issuer}/api",
            **known,
        },
    }
    values = settings.model_dump() | {"identity_providers": terms, "public_url": "http://service"}
    app = quick(create_app(UserSettings.model_validate(values)))
    transport = httpx.ASGITransport(app, client=(new_address(), 1))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as http,
    ):
        yield Visitor(http, mailbox)


async def leave(browser: Visitor, name: str = "google", return_to: str = "/studio") -> str:
    """Where the provider sends the browser back to."""
    params = {"return_to": return_to}
    away = await browser.http.get(f"/v1/auth/providers/{name}/start", params=params)
    assert away.status_code == 303, away.text
    async with httpx.AsyncClient() as outside:
        back = await outside.get(away.headers["location"])
    assert back.status_code == 302
    return str(back.headers["location"])


async def come_back(browser: Visitor, name: str = "google") -> httpx.Response:
    return await browser.http.get(await leave(browser, name))


async def enter(browser: Visitor, name: str = "google") -> SignedIn:
    """The whole walk."""
    arrived = await come_back(browser, name)
    assert arrived.status_code == 303, arrived.text
    page, _, code = arrived.headers["location"].partition(f"#{CODE}")
    assert page == "http://service/studio"
    answer = await browser.post("providers/redeem", code=code)
    assert answer.status_code == 200, answer.text
    return SignedIn(browser.http, answer.json()["user"]["email"], answer.json())


async def test_the_providers_are_listed(browser: Visitor) -> None:
    listed = await browser.http.get("/v1/auth/providers")
    assert listed.json() == {"items": ["github", "google", "other"]}
    unknown = await browser.http.get("/v1/auth/providers/nobody/start")
    assert code_of(unknown) == (404, "user.provider_unknown")


@pytest.mark.parametrize("name", ["google", "github"])
async def test_a_new_person_gets_an_account_and_finds_it_again(
    browser: Visitor, provider: IdentityProvider, name: str
) -> None:
    email = new_email()
    provider.sign_in(time.time_ns(), email.upper())
    if name == "google":
        provider.person["sub"] = str(provider.person["sub"])
    first = await enter(browser, name)
    assert first.email == email
    assert first.reply["user"]["email_verified_at"] is not None
    assert first.reply["user"]["display_name"] == ("AdaLovelace" if name == "google" else "ada")
    provider.person["email"] = new_email()
    again = await enter(browser, name)
    assert (again.id, again.email) == (first.id, email)
    (linked,) = (await again.call("GET", "/v1/users/me/identities")).json()["items"]
    assert (linked["provider"], linked["email"]) == (name, email)
    assert (await browser.sign_in(email, "")).status_code == 422
    assert (await browser.sign_in(email, "any")).status_code == 401, "it has no password"


async def test_a_proven_address_links_to_its_account_and_its_owner_is_told(
    browser: Visitor, provider: IdentityProvider
) -> None:
    owner = await browser.enter()
    provider.sign_in(new_email(), owner.email)
    session = await enter(browser)
    assert session.id == owner.id
    assert await browser.mailbox.kinds(owner.email) == ["verify_address", "provider_linked"]
    assert (await browser.sign_in(owner.email)).status_code == 200, "the password stays"
    (linked,) = (await session.call("GET", "/v1/users/me/identities")).json()["items"]
    path = f"/v1/users/me/identities/{linked['id']}"
    stranger = await browser.enter()
    assert code_of(await stranger.call("DELETE", path)) == (404, "user.identity_unknown")
    assert (await session.call("DELETE", path)).status_code == 204
    assert (await session.call("GET", "/v1/users/me/identities")).json() == {"items": []}


async def test_a_trap_laid_with_anothers_address_does_not_shut(
    browser: Visitor, provider: IdentityProvider
) -> None:
    """A stranger signed up with the address and never verified it."""
    email = new_email()
    await browser.sign_up(email, "the stranger's password")
    stale = await browser.mailbox.token(email)
    provider.sign_in(new_email(), email)
    await enter(browser)
    assert (await browser.sign_in(email, "the stranger's password")).status_code == 401
    refused = await browser.post("verification/confirm", token=stale)
    assert code_of(refused) == (400, "user.token_invalid")


@pytest.mark.parametrize("name", ["google", "github"])
@pytest.mark.parametrize("verified", [False, "true", None])
async def test_an_unproven_address_opens_nothing(
    browser: Visitor, provider: IdentityProvider, name: str, verified: Any
) -> None:
    victim = await browser.verified()
    provider.sign_in(1 if name == "github" else "1", victim)
    provider.person["email_verified"] = verified
    refused = await come_back(browser, name)
    assert code_of(refused) == (403, "user.provider_email_unverified")


async def test_a_state_is_of_one_browser_one_provider_and_one_use(
    browser: Visitor, provider: IdentityProvider
) -> None:
    back = await leave(browser)
    cookies = dict(browser.http.cookies)
    browser.http.cookies.clear()
    refused = [await browser.http.get(back)]  # another browser
    browser.http.cookies.update(cookies)
    refused.append(await browser.http.get(back.replace("state=", "state=x")))
    refused.append(await browser.http.get(back.replace("/google/", "/other/")))
    refused.append(await browser.http.get(back.split("?")[0]))
    assert "/token" not in provider.requests
    assert (await browser.http.get(back)).status_code == 303
    refused.append(await browser.http.get(back))
    assert {code_of(each) for each in refused} == {(400, "user.provider_refused")}


async def test_a_code_is_of_one_browser_and_one_use(browser: Visitor) -> None:
    arrived = await come_back(browser)
    code = arrived.headers["location"].partition(CODE)[2]
    cookies = dict(browser.http.cookies)
    browser.http.cookies.clear()
    stolen = await browser.post("providers/redeem", code=code)
    assert code_of(stolen) == (400, "user.provider_refused")
    browser.http.cookies.update(cookies)
    assert (await browser.post("providers/redeem", code=code)).status_code == 200
    browser.http.cookies.update(cookies)
    again = await browser.post("providers/redeem", code=code)
    assert code_of(again) == (400, "user.provider_refused")


async def test_a_code_of_the_provider_that_was_used_before_is_refused(
    browser: Visitor, provider: IdentityProvider
) -> None:
    first = await leave(browser)
    used = parse_qs(urlsplit(first).query)["code"][0]
    assert (await browser.http.get(first)).status_code == 303
    second = await leave(browser)
    fresh = parse_qs(urlsplit(second).query)["code"][0]
    refused = await browser.http.get(second.replace(fresh, used))
    assert code_of(refused) == (400, "user.provider_refused")


async def test_a_code_that_was_slipped_in_fails_at_its_verifier(browser: Visitor) -> None:
    theirs = parse_qs(urlsplit(await leave(browser)).query)["code"][0]
    browser.http.cookies.clear()
    mine = await leave(browser)
    own = parse_qs(urlsplit(mine).query)["code"][0]
    refused = await browser.http.get(mine.replace(own, theirs))
    assert code_of(refused) == (400, "user.provider_refused")


def with_(**changes: Any) -> Callable[[dict[str, Any]], str]:
    def tamper(claims: dict[str, Any]) -> str:
        kept = {name: value for name, value in {**claims, **changes}.items() if value is not ...}
        return signed(kept)

    return tamper


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "", "none", {"kid": KEY_ID})


def signed_with_what_is_public(claims: dict[str, Any]) -> str:
    def part(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).decode().rstrip("=")

    secret = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = part(json.dumps({"alg": "HS256", "typ": "JWT", "kid": KEY_ID}).encode())
    text = f"{head}.{part(json.dumps(claims).encode())}"
    return f"{text}.{part(hmac.digest(secret, text.encode(), hashlib.sha256))}"


LIES: dict[str, Callable[[dict[str, Any]], str]] = {
    "another nonce": with_(nonce="another"),
    "no nonce": with_(nonce=...),
    "another audience": with_(aud="another"),
    "shared audience, for another": with_(aud=[CLIENT_ID, "another"], azp="another"),
    "another issuer": with_(iss="https://accounts.example"),
    "expired": with_(exp=int(time.time()) - 60),
    "no expiry": with_(exp=...),
    "from the future": with_(iat=int(time.time()) + 86_400),
    "no subject": with_(sub=...),
    "empty subject": with_(sub=""),
    "endless subject": with_(sub="x" * 256),
    "alg none": unsigned,
    "HS256 with the public key": signed_with_what_is_public,
    "another key": lambda claims: signed(claims, STRANGERS_KEY),
    "unknown key id": lambda claims: signed(claims, KEY, "unknown"),
    "no token at all": lambda _: "x.y.z",
}


@pytest.mark.parametrize("lie", LIES)
async def test_an_id_token_that_is_not_right_opens_nothing(
    browser: Visitor, provider: IdentityProvider, lie: str
) -> None:
    provider.tamper = LIES[lie]
    refused = await come_back(browser)
    assert code_of(refused) == (400, "user.provider_refused")


async def test_the_issuer_that_the_browser_brings_must_be_the_one_it_was_sent_to(
    browser: Visitor, provider: IdentityProvider
) -> None:
    back = await leave(browser)
    mixed_up = await browser.http.get(f"{back}&iss=https://accounts.example")
    assert code_of(mixed_up) == (400, "user.provider_refused")
    assert "/token" not in provider.requests, "no code goes to the wrong provider"


async def test_a_provider_that_tells_its_issuer_must_always_tell_it(
    browser: Visitor, provider: IdentityProvider
) -> None:
    provider.tells_issuer = True
    assert (await come_back(browser)).status_code == 303
    back = await leave(browser)
    without = back.partition("&iss=")[0]
    assert code_of(await browser.http.get(without)) == (400, "user.provider_refused")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/ok#fragment",
        "/a b",
        "/\tevil",
        "studio",
        "/" + "x" * 500,
    ],
)
async def test_nobody_is_sent_elsewhere(browser: Visitor, elsewhere: str) -> None:
    answer = await browser.http.get(
        "/v1/auth/providers/google/start", params={"return_to": elsewhere}
    )
    assert code_of(answer) == (422, "request.invalid")


async def test_a_provider_that_is_away_is_said_to_be(
    browser: Visitor, provider: IdentityProvider
) -> None:
    back = await leave(browser, "github")
    provider.is_away = True
    for answer in (
        await browser.http.get("/v1/auth/providers/google/start"),
        await browser.http.get(back),
    ):
        assert code_of(answer) == (503, "user.provider_unavailable")
        assert "Retry-After" in answer.headers


async def test_a_closed_account_is_not_opened_by_a_provider(
    browser: Visitor, provider: IdentityProvider, environment_database: EnvironmentDatabase
) -> None:
    session = await enter(browser)
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute("update users set disabled_at = now() where id = %s", [session.id])
    assert code_of(await come_back(browser)) == (400, "user.provider_refused")
    provider.person["sub"] = "another account there"
    assert code_of(await come_back(browser)) == (400, "user.provider_refused")


async def test_the_cookie_is_for_the_browser_only(browser: Visitor) -> None:
    away = await browser.http.get("/v1/auth/providers/google/start")
    cookie = away.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    secret = cookie.partition("=")[2].partition(";")[0]
    assert secret not in away.headers["location"]


def test_terms_with_an_address_in_the_clear_are_refused_without_showing_the_secret(
    settings: UserSettings,
) -> None:
    terms = {
        "kind": "oidc",
        "issuer": "http://accounts.example",
        "client_id": "x",
        "client_secret": "hunter2",
    }
    values = settings.model_dump() | {"identity_providers": {"google": terms}}
    with pytest.raises(ValidationError, match="must be https") as refused:
        UserSettings.model_validate(values)
    assert "hunter2" not in str(refused.value)
