"""A connection to a checked address still proves the host's name: pinning weakens no TLS."""

from __future__ import annotations

import datetime as dt
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.model.adapters.guard import GuardedTransport, Policy


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        return


class _Server(HTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that refuses the certificate hangs up."""


def certificate(name: str, folder: Path) -> Path:
    """A self-signed one for a name alone, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + signed.public_bytes(Encoding.PEM))
    return path


@contextmanager
def serving(pem: Path) -> Iterator[int]:
    """The port of a server with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with _Server(("127.0.0.1", 0), _Answers) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


async def loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize(("name", "trusted"), [("localhost", True), ("another.example", False)])
async def test_the_certificate_must_be_the_name_s(tmp_path: Path, name: str, trusted: bool) -> None:
    pem = certificate(name, tmp_path)
    trust = ssl.create_default_context(cafile=pem)
    transport = GuardedTransport(Policy((), loopback=True), loopback, trust=trust)
    with serving(pem) as port:
        request = httpx.Request("GET", f"https://localhost:{port}/x")
        if trusted:
            answer = await transport.handle_async_request(request)
            assert answer.status_code == 200
            await answer.aclose()
        else:
            with pytest.raises(httpx.ConnectError, match="certificate"):
                await transport.handle_async_request(request)
    await transport.aclose()
