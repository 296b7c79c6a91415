"""The user service's addresses, one noun a file. They only translate: actions decide."""

from services.user.routes import (
    api_keys,
    keys,
    me,
    passwords,
    people,
    providers,
    sessions,
    sign_in,
    verification,
)

ABOUT = """\
Who people are and how they prove it: accounts, sign-in with a password or with a provider,
sessions, API keys, and the public keys that access tokens are checked with.
"""
TAGS = {
    "auth": "Sign-up, sign-in, new access tokens, sign-out.",
    "verification": "Proving an e-mail address.",
    "passwords": "A forgotten password.",
    "providers": "Sign-in by identity providers, and accounts that are tied to them.",
    "sessions": "Where you are signed in.",
    "API keys": "Keys for programs that act in your name.",
    "account": "Your own account.",
    "administration": "Anybody's account, for administrators.",
    "keys": "Public keys of access tokens.",
}
ROUTERS = (
    sign_in.router,
    verification.router,
    passwords.router,
    providers.router,
    sessions.router,
    api_keys.router,
    me.router,
    people.router,
    keys.router,
)
