"""The person behind a request, and the refusals of those who are nobody or may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.kernel.errors import Problem

Role = Literal["user", "admin"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. With an API key the role is always `user`, whoever owns the key.

    `session_id` is the sign-in behind an access token, `api_key_id` the key that was sent;
    `expires_at` is the end of the token in Unix seconds, None for a key.
    """

    user_id: UUID
    role: Role
    tier: str
    session_id: UUID | None = None
    api_key_id: UUID | None = None
    expires_at: float | None = None


class SignInRequired(Problem):
    """The request names nobody."""

    code, status, title = "access.sign_in_required", 401, "Sign in first"


class TokenRefused(Problem):
    """The access token or API key is malformed, foreign, expired, revoked or unknown."""

    code, status = "access.token_refused", 401
    title = "The access token or API key is not valid; sign in again"


class AdminRequired(Problem):
    """The caller is not an administrator, or came with an API key."""

    code, status, title = "access.admin_required", 403, "Only an administrator may do this"


class PersonRequired(Problem):
    """The request came with an API key; this is for people who signed in."""

    code, status, title = "access.person_required", 403, "An API key may not do this; sign in"


class KeysUnavailable(Problem):
    """The published keys cannot be read now."""

    code, status, title = "access.keys_unavailable", 503, "Sign-in cannot be checked now"

    def __init__(self) -> None:
        super().__init__(retry_after_s=2)
