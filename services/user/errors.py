"""The user service's own problems, by code."""

from __future__ import annotations

from services.kernel.errors import Problem


class EmailTaken(Problem):
    """Sign-up with an address that has an account."""

    code, status, title = "user.email_taken", 409, "This e-mail address has an account already"


class SignInRefused(Problem):
    """Unknown address or wrong password: the answer does not tell which."""

    code, status, title = "user.sign_in_refused", 401, "The e-mail address or password is wrong"


class SessionEnded(Problem):
    """The refresh token is unknown, expired, signed out or was used before."""

    code, status, title = "user.session_ended", 401, "This session has ended; sign in again"


class PersonUnknown(Problem):
    """A valid token of somebody whose account is gone."""

    code, status, title = "user.unknown", 404, "This account does not exist any more"
