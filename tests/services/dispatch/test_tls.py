"""A primary endpoint as clouds offer it: TLS in front, a user with rights to its own keys alone."""

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from redis.asyncio import Redis

from services.dispatch.connection import connect
from services.dispatch.errors import QueueUnavailable
from services.dispatch.queue import Queue
from tests.services.dispatch.jobs import a_job, a_result
from tests.services.dispatch.valkey_nodes import Node

RIGHTS = ["+@all", "-@admin", "-@dangerous"]


def write_certificate(folder: Path) -> Path:
    """A key and a certificate of 127.0.0.1 that it signed itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "queue")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(hours=1))
        .not_valid_after(datetime.now(UTC) + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    )
    return file


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return write_certificate(tmp_path)


@pytest.fixture
async def port(node: Node, certificate: Path, redis: Redis) -> AsyncIterator[int]:
    """Takes TLS and passes on to the server, which knows the user `app`."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", node.port)
        await asyncio.gather(pass_on(reader, inner_writer), pass_on(inner_reader, writer))

    await redis.acl_setuser(
        "app",
        enabled=True,
        reset=True,
        passwords=["+word"],
        keys=["{pingvas:test}*"],
        categories=RIGHTS,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


async def test_the_queue_works_through_tls_as_a_restricted_user(
    port: int, certificate: Path
) -> None:
    client = connect(f"rediss://app:word@127.0.0.1:{port}/0?ssl_ca_certs={certificate}")
    queue = Queue(client, "test")
    job = a_job()
    assert await queue.enqueue(job, "t1")
    claim = await queue.claim("w1", timeout_s=1, checkpoints=["tiny"])
    assert claim
    assert claim.job.id == job.id
    assert await queue.finish(claim, a_result(claim))
    assert await queue.claim("w1", timeout_s=0.05, checkpoints=["tiny"]) is None
    await client.aclose()


async def test_an_endpoint_nobody_vouches_for_gets_no_password(port: int) -> None:
    client = connect(f"rediss://app:word@127.0.0.1:{port}/0")
    with pytest.raises(QueueUnavailable):
        await Queue(client, "test").depth()
    await client.aclose()
