"""The mails in English: subject and text of each kind."""

from __future__ import annotations

from collections.abc import Mapping

from services.user.letters.kinds import MailKind

SIGNATURE = "-- \npingvas, {platform}"
PROOF = """
    {link}

or give this token to the program that asks for it:

    {token}
"""

TEXTS: Mapping[MailKind, tuple[str, str]] = {
    "verify_address": (
        "Confirm your e-mail address",
        "Somebody signed up with this address. If that was you, confirm it within 24 hours:\n"
        + PROOF
        + "\nIf it was not you, do nothing.",
    ),
    "address_taken": (
        "Somebody used your e-mail address",
        (
            "Somebody asked for an account with this address, which has one already. Nothing has\n"
            "changed. If that was you, sign in, or ask for a new password:\n\n"
            "    {platform}\n"
        ),
    ),
    "reset_password": (
        "Choose a new password",
        "Somebody asked for a new password of your account. If that was you, choose it within\n"
        "30 minutes:\n" + PROOF + "\nIf it was not you, do nothing: your password stays.",
    ),
    "change_address": (
        "Confirm your new e-mail address",
        "Somebody wants to use this address for their account. If that was you, confirm it\n"
        "within 24 hours:\n" + PROOF + "\nIf it was not you, do nothing.",
    ),
    "address_changed": (
        "Your e-mail address was changed",
        (
            "Your account goes by another e-mail address from now on; this one is no longer used.\n"
            "If that was not you, answer this mail at once."
        ),
    ),
    "password_changed": (
        "Your password was changed",
        (
            "The password of your account was changed, and other devices were signed out.\n"
            "If that was not you, ask for a new password at once, and look at your API keys:\n\n"
            "    {platform}\n"
        ),
    ),
    "provider_linked": (
        "A new way to sign in to your account",
        (
            "From now on one can sign in to your account through a provider such as Google or\n"
            "GitHub, which says that this address is yours. If that was not you, remove it in\n"
            "your account and choose a new password:\n\n    {platform}\n"
        ),
    ),
    "account_leaving": (
        "Your account is being deleted",
        (
            "Your account is closed, and its data will be deleted. Until then nobody can make\n"
            "another account with this address. If you did not want that, answer this mail."
        ),
    ),
    "account_deleted": (
        "Your account was deleted",
        (
            "Your account and its personal data are gone. What bookkeeping must keep does not\n"
            "tell who you were. This is our last mail to you."
        ),
    ),
}
