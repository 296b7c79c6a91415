"""The user service's own problems, by code."""

from __future__ import annotations

from services.kernel.errors import Problem


class SignInRefused(Problem):
    """Unknown address, wrong password, address not verified or account closed: not told which."""

    code, status = "user.sign_in_refused", 401
    title = "The e-mail address or password is wrong, or the address is not verified yet"


class TooManyAttempts(Problem):
    """So many attempts failed for this address or from this client that the next must wait."""

    code, status, title = "user.too_many_attempts", 429, "Too many attempts; wait a moment"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(retry_after_s=retry_after_s)


class SessionEnded(Problem):
    """The session is unknown, expired, signed out, or its refresh token was used before."""

    code, status, title = "user.session_ended", 401, "This session has ended; sign in again"


class TokenInvalid(Problem):
    """The token of a mail is unknown, expired, used, or of another purpose."""

    code, status, title = "user.token_invalid", 400, "This token is not valid any more"


class PasswordWrong(Problem):
    """The current password was asked for and is not this one; or the account has none yet."""

    code, status, title = "user.password_wrong", 403, "The current password is wrong"


class PersonUnknown(Problem):
    """There is no such account, or not any more."""

    code, status, title = "user.unknown", 404, "This account does not exist"


class SessionUnknown(Problem):
    """The caller has no such session."""

    code, status, title = "user.session_unknown", 404, "You have no such session"


class ApiKeyUnknown(Problem):
    """The caller has no such API key."""

    code, status, title = "user.api_key_unknown", 404, "You have no such API key"


class TooManyApiKeys(Problem):
    """The caller has as many API keys as one may have."""

    code, status, title = "user.too_many_api_keys", 409, "You have as many API keys as allowed"

    def __init__(self, at_most: int) -> None:
        super().__init__(f"Revoke one first; {at_most} are allowed.", at_most=at_most)


class IdentityUnknown(Problem):
    """The caller has no such account at a provider."""

    code, status, title = "user.identity_unknown", 404, "You have no such provider account"


class ProviderUnknown(Problem):
    """This platform offers no sign-in by that provider."""

    code, status, title = "user.provider_unknown", 404, "There is no such sign-in provider"


class ProviderUnavailable(Problem):
    """The provider does not answer, or not as it should."""

    code, status, title = "user.provider_unavailable", 503, "The sign-in provider is away"

    def __init__(self) -> None:
        super().__init__(retry_after_s=5)


class ProviderRefused(Problem):
    """The provider's answer does not fit the sign-in that this browser began."""

    code, status, title = "user.provider_refused", 400, "This sign-in cannot be completed"


class ProviderEmailUnverified(Problem):
    """The provider does not say that the person owns the e-mail address."""

    code, status = "user.provider_email_unverified", 403
    title = "Verify your e-mail address at the provider first"


class OwnAccount(Problem):
    """An administrator may not take away the own role or disable the own account."""

    code, status, title = "user.own_account", 409, "Somebody else must change your account so"
