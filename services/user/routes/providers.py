"""Sign-in by way of a provider, as a browser walks through it.

GET  /v1/auth/providers/google/start?return_to=/studio    303 to the provider, with a cookie
GET  /v1/auth/providers/google/callback?code=…&state=…    303 to /studio#sign_in_code=…
POST /v1/auth/providers/redeem {"code"}                   a session, to this browser only
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.kernel.app import Connected
from services.kernel.errors import problems
from services.user.actions.link_identity import LinkIdentity
from services.user.actions.sign_in_with_provider import AWAY_SECONDS, SignInWithProvider
from services.user.errors import (
    ProviderEmailUnverified,
    ProviderRefused,
    ProviderUnavailable,
    ProviderUnknown,
    TooManyAttempts,
)
from services.user.ports.identity_provider import Arrival
from services.user.routes.parts import BrowserLanguage, Calling, Counting, Opening, Settings
from services.user.schemas.providers import Providers, SignInCode
from services.user.schemas.sign_in import SignedInPerson

router = APIRouter(prefix="/v1/auth/providers", tags=["providers"])
HERE = r"^/([^/\\\x00-\x20\x7f#][^\\\x00-\x20\x7f#]*)?$"  # a path of ours, never another host
VISIBLE = r"^[\x21-\x7e]*$"
SEE_OTHER = 303


async def _sign_in(
    request: Request,
    database: Connected,
    attempts: Counting,
    opening: Opening,
    settings: Settings,
) -> SignInWithProvider:
    providers = request.app.state.providers
    return SignInWithProvider(
        database, providers, attempts, LinkIdentity(database), opening, settings.links_to
    )


SigningIn = Annotated[SignInWithProvider, Depends(_sign_in)]
ProviderName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["google"])]
Sent = Annotated[str, Query(max_length=2_048, pattern=VISIBLE)]


class BrowserSecret:
    """The cookie that tells that it is still the same browser."""

    def __init__(self, settings: Settings) -> None:
        self._secure = settings.links_to.startswith("https://")
        self._name = "__Host-pingvas-sign-in" if self._secure else "pingvas-sign-in"

    def read(self, request: Request) -> str:
        """What the browser sent, or nothing."""
        return request.cookies.get(self._name, "")[:200]

    def keep(self, response: Response, secret: str) -> None:
        """Give it to the browser."""
        response.set_cookie(
            self._name,
            secret,
            max_age=AWAY_SECONDS,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def drop(self, response: Response) -> None:
        """Take it back."""
        response.delete_cookie(
            self._name, path="/", secure=self._secure, httponly=True, samesite="lax"
        )


Browser = Annotated[BrowserSecret, Depends(BrowserSecret)]


@router.get("")
async def list_providers(request: Request) -> Providers:
    """The providers that one can sign in with."""
    return Providers(items=sorted(request.app.state.providers))


@router.get(
    "/{provider}/start",
    status_code=SEE_OTHER,
    response_class=RedirectResponse,
    responses=problems(ProviderUnknown, ProviderUnavailable, ProviderRefused, TooManyAttempts),
)
async def start_provider_sign_in(
    provider: ProviderName,
    signing_in: SigningIn,
    browser: Browser,
    client: Calling,
    return_to: Annotated[
        str,
        Query(max_length=500, pattern=HERE, description="The page to come back to: a path here."),
    ] = "/",
) -> Response:
    """Send the browser to a provider; ten minutes to come back."""
    departure = await signing_in.begin(provider, return_to, client)
    response = RedirectResponse(departure.address, SEE_OTHER)
    browser.keep(response, departure.browser)
    return response


@router.get(
    "/{provider}/callback",
    status_code=SEE_OTHER,
    response_class=RedirectResponse,
    responses=problems(
        ProviderUnknown, ProviderRefused, ProviderEmailUnverified, ProviderUnavailable
    ),
)
async def return_from_provider(
    request: Request,
    provider: ProviderName,
    signing_in: SigningIn,
    browser: Browser,
    language: BrowserLanguage,
    code: Sent = "",
    state: Sent = "",
    iss: Annotated[str | None, Query(max_length=500, pattern=VISIBLE)] = None,
) -> Response:
    """Where the provider sends the browser back to; it goes on to the page that it came from.

    The address of that page has a code behind the `#`, good for a minute and for this browser.
    """
    secret = browser.read(request)
    if not (code and state and secret):
        raise ProviderRefused
    redirect = await signing_in.complete(
        provider, state=state, browser=secret, arrival=Arrival(code, iss), language=language
    )
    return RedirectResponse(redirect.address, SEE_OTHER)


@router.post("/redeem", responses=problems(ProviderRefused))
async def redeem_sign_in_code(
    request: Request,
    body: SignInCode,
    signing_in: SigningIn,
    browser: Browser,
    client: Calling,
    response: Response,
) -> SignedInPerson:
    """Swap the code for a session; works once, and only with this browser's cookie."""
    session = await signing_in.redeem(body.code, browser=browser.read(request), client=client)
    browser.drop(response)
    return SignedInPerson.model_validate(session)
