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
