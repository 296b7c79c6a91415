"""Who is calling: access tokens and API keys, and the door-keepers in front of routes.

Routes depend on `SignedIn` (a token or an API key), `Person` (a token: somebody who signed in) or
`Admin`. This room must not issue tokens or keys.
"""

from services.kernel.access.api_keys import ApiKeys
from services.kernel.access.caller import (
    AdminRequired,
    Caller,
    KeysUnavailable,
    PersonRequired,
    Role,
    SignInRequired,
    TokenRefused,
)
from services.kernel.access.doors import NOBODY, Admin, Person, SignedIn, caller_of, signed_in
from services.kernel.access.published_keys import ALGORITHM, KeySource, PublishedKeys, read_keys
from services.kernel.access.tokens import TYPE, TokenVerifier

__all__ = [
    "ALGORITHM",
    "NOBODY",
    "TYPE",
    "Admin",
    "AdminRequired",
    "ApiKeys",
    "Caller",
    "KeySource",
    "KeysUnavailable",
    "Person",
    "PersonRequired",
    "PublishedKeys",
    "Role",
    "SignInRequired",
    "SignedIn",
    "TokenRefused",
    "TokenVerifier",
    "caller_of",
    "read_keys",
    "signed_in",
]
