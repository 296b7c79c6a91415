"""The providers of this platform, by name."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from services.user.adapters.git_hub import GitHubProvider
from services.user.adapters.open_id import OpenIdProvider
from services.user.ports.identity_provider import IdentityProvider
from services.user.provider_terms import OpenIdTerms, ProviderTerms


def providers_of(
    terms: Mapping[str, ProviderTerms], http: httpx.AsyncClient
) -> Mapping[str, IdentityProvider]:
    """One provider for each that terms are agreed with."""
    return {name: _provider(each, http) for name, each in terms.items()}


def _provider(terms: ProviderTerms, http: httpx.AsyncClient) -> IdentityProvider:
    if isinstance(terms, OpenIdTerms):
        return OpenIdProvider(terms, http)
    return GitHubProvider(terms, http)
