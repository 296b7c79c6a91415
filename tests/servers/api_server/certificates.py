"""An authority that lives as long as a test, and a kubeconfig that trusts it."""

from __future__ import annotations

import datetime as dt
import ssl
from base64 import b64encode
from ipaddress import IPv4Address
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


def server_context(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """TLS for 127.0.0.1, and the certificate to trust; both files lie in the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kube-apiserver")])
    start = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName(
        [x509.IPAddress(IPv4Address("127.0.0.1")), x509.DNSName("localhost")]
    )
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start - dt.timedelta(hours=1))
        .not_valid_after(start + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    ca, private = folder / "ca.pem", folder / "server-key.pem"
    ca.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca, private)
    return context, ca


def kubeconfig(path: Path, url: str, ca: Path, token: str) -> Path:
    """Written, with the one context `double`."""
    trusted = b64encode(ca.read_bytes()).decode()
    told = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "double",
        "clusters": [
            {"name": "double", "cluster": {"server": url, "certificate-authority-data": trusted}}
        ],
        "users": [{"name": "tester", "user": {"token": token}}],
        "contexts": [{"name": "double", "context": {"cluster": "double", "user": "tester"}}],
    }
    path.write_text(yaml.safe_dump(told))
    path.chmod(0o600)
    return path
