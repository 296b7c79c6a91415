"""Mail: into a folder and by real SMTP, and nothing slips into a header."""

from __future__ import annotations

import ssl
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from services.user.adapters.mail import MailFolder, SmtpMailer, SmtpServer, mailer_of
from services.user.letters import MAIL_KINDS, write
from services.user.letters.writing import PAGES
from services.user.ports.mail import Mail, MailRefused, MailUnavailable
from services.user.settings import UserSettings
from tests.servers.ports import free_port

MAIL = Mail("verify_address", "ada@example.com", "확인해 주세요", "첫 줄\n\n    token\n")
SENDER = "pingvas@localhost"


class Post:
    """What a mail server does with mails; `verdict` is what it says to a recipient."""

    def __init__(self) -> None:
        self.verdict = "250 OK"
        self.received: list[Any] = []
        self.encrypted: list[bool] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.verdict

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.received.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"


def only_the_password(_server: Any, _session: Any, _envelope: Any, _how: str, given: Any) -> Any:
    right = isinstance(given, LoginPassword) and given.password == b"pass/word"
    return AuthResult(success=right)


@contextmanager
def serving(post: Post, **options: Any) -> Iterator[int]:
    controller = Controller(post, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("mail") / "server.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + signed.public_bytes(Encoding.PEM)
    )
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def mailer(
    port: int, *, user: str = "", start_tls: bool = False, trust: ssl.SSLContext | None = None
) -> SmtpMailer:
    password = "pass/word" if user else ""
    server = SmtpServer("127.0.0.1", port, user, password, False, start_tls, trust)
    return SmtpMailer(server, SENDER)


async def test_a_mail_becomes_a_private_file(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path / "a" / "mail", SENDER)
    await folder.send(MAIL)
    await folder.send(MAIL)
    first, second = sorted((tmp_path / "a" / "mail").iterdir())
    assert first.suffix == second.suffix == ".eml"
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    read = message_from_bytes(first.read_bytes(), policy=policy.default)
    assert (read["To"], read["Subject"], read["X-Pingvas-Kind"]) == (
        MAIL.recipient,
        MAIL.subject,
        MAIL.kind,
    )
    assert read["From"].addresses[0].addr_spec == SENDER
    assert read.get_content().replace("\r\n", "\n") == MAIL.text
    assert read["Date"]
    assert read["Message-ID"]


async def test_a_folder_that_cannot_be_written_makes_mail_wait(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MailUnavailable):
        await MailFolder(tmp_path / "file", SENDER).send(MAIL)


@pytest.mark.parametrize(
    "recipient",
    [
        "a@b.c\r\nBcc: x@y.z",
        "a@b.c\nX: y",
        "a",
        "",
        "a@b.c, d@e.f",
        "<a@b.c>",
        "a b@c.d",
        "\x00@b.c",
    ],
)
async def test_nothing_slips_into_a_header(tmp_path: Path, recipient: str) -> None:
    folder = MailFolder(tmp_path / "mail", SENDER)
    with pytest.raises(MailRefused):
        await folder.send(Mail("verify_address", recipient, "x", "x"))
    with pytest.raises(MailRefused):
        await folder.send(Mail("verify_address", "a@b.c", f"x\r\nBcc: {recipient}", "x"))
    assert not (tmp_path / "mail").exists()


async def test_a_server_gets_the_mail() -> None:
    post = Post()
    with serving(post, auth_callback=None) as port:
        await mailer(port).send(MAIL)
    (envelope,) = post.received
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [MAIL.recipient])
    assert message_from_bytes(envelope.content, policy=policy.default)["Subject"] == MAIL.subject


async def test_a_password_travels_by_tls_only(certificate: Path) -> None:
    post = Post()
    trust = ssl.create_default_context(cafile=certificate)
    options = {"authenticator": only_the_password, "auth_required": True}
    with serving(post, tls_context=server_context(certificate), **options) as port:
        await mailer(port, user="ada", start_tls=True, trust=trust).send(MAIL)
        assert post.encrypted == [True]
        with pytest.raises(MailUnavailable):  # whose certificate nobody knows
            await mailer(port, user="ada", start_tls=True).send(MAIL)
    with serving(post) as port, pytest.raises(MailUnavailable):  # no TLS on offer
        await mailer(port, user="ada", start_tls=True, trust=trust).send(MAIL)
    assert len(post.received) == 1


@pytest.mark.parametrize(
    ("verdict", "meaning"),
    [("550 no such person", MailRefused), ("451 try later", MailUnavailable)],
)
async def test_what_a_server_says_is_understood(verdict: str, meaning: type[Exception]) -> None:
    post = Post()
    post.verdict = verdict
    with serving(post) as port, pytest.raises(meaning) as raised:
        await mailer(port).send(MAIL)
    assert MAIL.recipient not in str(raised.value)


async def test_a_server_that_is_away_makes_mail_wait() -> None:
    with pytest.raises(MailUnavailable):
        await mailer(free_port()).send(MAIL)


def test_an_address_tells_how_to_speak() -> None:
    plain = mailer_of("smtp://ada:pass%2Fword@mail.example:2525", SENDER)
    assert isinstance(plain, SmtpMailer)
    assert plain.server.start_tls
    assert (plain.server.user, plain.server.password) == ("ada", "pass/word")
    assert "pass" not in repr(plain)
    implicit = mailer_of("smtps://mail.example", SENDER)
    assert isinstance(implicit, SmtpMailer)
    assert (implicit.server.port, implicit.server.use_tls, implicit.server.start_tls) == (
        465,
        True,
        False,
    )
    local = mailer_of("smtp://127.0.0.1:1025", SENDER)
    assert isinstance(local, SmtpMailer)
    assert not local.server.start_tls
    assert mailer_of("file:///a%20b", SENDER) == MailFolder(Path("/a b"), SENDER)
    assert mailer_of("", SENDER) is None


@pytest.mark.parametrize("wrong", ["smtp//h", "http://h", "file://relative", "smtp://h:port", "x"])
def test_a_wrong_address_is_refused_without_being_shown(settings: UserSettings, wrong: str) -> None:
    values = settings.model_dump() | {"mail_url": f"{wrong}?hunter2"}
    with pytest.raises(ValidationError) as refused:
        UserSettings.model_validate(values)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("kind", MAIL_KINDS)
def test_every_mail_is_written_in_both_languages(kind: Any) -> None:
    english, korean = (
        write(kind, language, recipient="a@b.c", links_to="https://x.example", token="TOKEN")
        for language in ("en", "ko")
    )
    assert english.subject != korean.subject
    for mail in (english, korean):
        assert "{" not in mail.text
        assert ("\n    TOKEN\n" in mail.text) == (kind in PAGES)
        assert max(map(len, mail.text.splitlines())) < 100
