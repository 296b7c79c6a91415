"""What is agreed with a provider that people sign in with: who we are there, and where it is.

Read from the environment as JSON, one object for each provider, by its name in our addresses.
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _safe(url: str) -> str:
    """Secrets go there: TLS, or this machine."""
    parts = urlsplit(url)
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in LOOPBACK):
        raise ValueError("must be https://")
    return url.rstrip("/")


SafeUrl = Annotated[str, AfterValidator(_safe)]


class _Registered(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    client_id: Annotated[str, Field(min_length=1, max_length=300)]
    client_secret: SecretStr


class OpenIdTerms(_Registered):
    """A provider of OpenID Connect, such as Google: everything else is discovered there."""

    kind: Literal["oidc"]
    issuer: SafeUrl


class GitHubTerms(_Registered):
    """GitHub, which speaks OAuth 2.0 and tells the person by its API."""

    kind: Literal["github"]
    site: SafeUrl = "https://github.com"
    api: SafeUrl = "https://api.github.com"


ProviderTerms = Annotated[OpenIdTerms | GitHubTerms, Field(discriminator="kind")]
