"""The occasions on which we send a mail."""

from __future__ import annotations

from typing import Literal, get_args

MailKind = Literal[
    "verify_address",
    "address_taken",
    "reset_password",
    "change_address",
    "address_changed",
    "password_changed",
    "provider_linked",
    "account_leaving",
    "account_deleted",
]
MAIL_KINDS: tuple[MailKind, ...] = get_args(MailKind)
