"""Mail by SMTP, or into a folder: `smtp://`, `smtps://` or `file:///folder`.

`smtp://` demands STARTTLS unless the server is this machine; a password never travels in the
clear. Headers are built by the standard library, which refuses line breaks in them.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib

from services.user.ports.mail import Mail, Mailer, MailRefused, MailUnavailable

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PATIENCE_S = 20.0
PERMANENT = 500  # RFC 5321: 5yz


def mailer_of(url: str, sender: str, trust: ssl.SSLContext | None = None) -> Mailer | None:
    """The mailer of an address, None without one; `trust` replaces the system's authorities."""
    parts = urlsplit(url)
    if not url:
        return None
    if parts.scheme == "file":
        return MailFolder(Path(unquote(parts.path)), sender)
    implicit = parts.scheme == "smtps"
    host = parts.hostname or ""
    server = SmtpServer(
        host=host,
        port=parts.port or (465 if implicit else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=implicit,
        start_tls=not implicit and host not in LOOPBACK,
        trust=trust,
    )
    return SmtpMailer(server, sender)


@dataclass(frozen=True)
class SmtpServer:
    """A server and how to speak to it."""

    host: str
    port: int
    user: str
    password: str
    use_tls: bool
    start_tls: bool
    trust: ssl.SSLContext | None

    def __repr__(self) -> str:
        """Without its password."""
        return f"SmtpServer({self.host}:{self.port})"


@dataclass(frozen=True)
class SmtpMailer:
    """One connection a mail: mails are few, and a connection that is kept breaks unseen."""

    server: SmtpServer
    sender: str

    async def send(self, mail: Mail) -> None:
        """Hand it to the server."""
        message = message_of(mail, self.sender)
        server = self.server
        try:
            await aiosmtplib.send(
                message,
                hostname=server.host,
                port=server.port,
                username=server.user or None,
                password=server.password or None,
                use_tls=server.use_tls,
                start_tls=server.start_tls or None,
                tls_context=server.trust,
                timeout=PATIENCE_S,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _meaning(*(each.code for each in refused.recipients)) from None
        except aiosmtplib.SMTPResponseException as refused:
            raise _meaning(refused.code) from None
        except (aiosmtplib.SMTPException, OSError, ValueError) as away:
            raise MailUnavailable(type(away).__name__) from None


def _meaning(*codes: int) -> MailRefused | MailUnavailable:
    """What a server's codes mean; texts of servers hold addresses, so they are left out."""
    told = f"SMTP {', '.join(map(str, codes))}"
    permanent = all(code >= PERMANENT for code in codes)
    return MailRefused(told) if permanent else MailUnavailable(told)


@dataclass(frozen=True)
class MailFolder:
    """Each mail is a file `<time>-<8 hex>.eml` that only its owner may read."""

    folder: Path
    sender: str

    async def send(self, mail: Mail) -> None:
        """Write it, whole or not at all."""
        content = message_of(mail, self.sender).as_bytes(policy=policy.SMTP)
        try:
            await asyncio.to_thread(self._write, content)
        except OSError as away:
            raise MailUnavailable(away.strerror) from None

    def _write(self, content: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        written_at = datetime.now(UTC)
        path = self.folder / f"{written_at:%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}.eml"
        unfinished = path.with_suffix(".part")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        unfinished.replace(path)


def message_of(mail: Mail, sender: str) -> EmailMessage:
    """The message as it travels; raises `MailRefused` for an address that is none."""
    message = EmailMessage(policy=policy.SMTP)
    try:
        message["From"] = Address("pingvas", addr_spec=sender)
        message["To"] = Address(addr_spec=mail.recipient)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message["X-Pingvas-Kind"] = mail.kind
        message.set_content(mail.text, cte="8bit")
    except (ValueError, IndexError, MessageError):
        raise MailRefused("an address or a header that is none") from None
    return message
