"""A mail of a kind and a language, with the link and the token that it brings."""

from __future__ import annotations

from collections.abc import Mapping

from services.user.language import Language
from services.user.letters import english, korean
from services.user.letters.kinds import MailKind
from services.user.ports.mail import Mail

PAGES: Mapping[str, str] = {
    "verify_address": "verify-email",
    "reset_password": "reset-password",
    "change_address": "change-email",
}
TEXTS: Mapping[Language, Mapping[MailKind, tuple[str, str]]] = {
    "en": english.TEXTS,
    "ko": korean.TEXTS,
}
SIGNATURES: Mapping[Language, str] = {"en": english.SIGNATURE, "ko": korean.SIGNATURE}


def write(
    kind: MailKind, language: Language, *, recipient: str, links_to: str, token: str = ""
) -> Mail:
    """The mail; `links_to` is the platform's address.

    The token stands behind the `#`, which browsers do not send: it shows up in no log on the way.
    """
    subject, text = TEXTS[language][kind]
    link = f"{links_to}/{PAGES[kind]}#token={token}" if kind in PAGES else links_to
    body = text.format(link=link, token=token, platform=links_to)
    signature = SIGNATURES[language].format(platform=links_to)
    return Mail(kind, recipient, subject, f"{body.strip()}\n\n{signature}\n")
