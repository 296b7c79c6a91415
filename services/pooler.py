"""`python -m services.pooler FOLDER`: writes what PgBouncer reads and no manifest may hold.

Users with their passwords, the database's address, and a key with a certificate that it signed
itself: clients ask for TLS and verify nobody, as between pods of one namespace. Each pod makes
its own before the pooler starts, so that no key leaves its memory. Exit status: 0, or 2 when a
variable is missing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.private_files import write_private

ROLES = ("APP", "SYSTEM")
NAME = "pooler"
VALID_FOR = timedelta(days=365)
CLOCKS_DIFFER_BY = timedelta(hours=1)


def main(arguments: Sequence[str], variables: Mapping[str, str] = os.environ) -> int:
    """Write the files into the folder; 0 done, 2 not understood."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m services.pooler FOLDER\n")
        return 2
    try:
        files = {
            "users": users(variables),
            "databases.ini": databases(variables),
            **certificate(datetime.now(UTC)),
        }
    except KeyError as missing:
        sys.stderr.write(f"pooler: {missing.args[0]} is not set\n")
        return 2
    for name, content in files.items():
        write_private(Path(arguments[0]) / name, content)
    return 0


def users(variables: Mapping[str, str]) -> str:
    """Who may sign in, in PgBouncer's `auth_file`; KeyError names a variable that is missing."""
    logins = (
        (variables[f"DATABASE_{role}_USERNAME"], variables[f"DATABASE_{role}_PASSWORD"])
        for role in ROLES
    )
    return "".join(f"{_quoted(name)} {_quoted(password)}\n" for name, password in logins)


def databases(variables: Mapping[str, str]) -> str:
    """The one database behind the pooler, a line of PgBouncer's section `databases`."""
    name, host, port = (variables[f"DATABASE_{each}"] for each in ("NAME", "HOST", "PORT"))
    return f"{name} = host={host} port={port} dbname={name}\n"


def certificate(now: datetime) -> Mapping[str, str]:
    """A fresh key and its certificate, by the names of their files."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER_BY)
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = made.public_bytes(Encoding.PEM)
    return {"key.pem": private.decode(), "certificate.pem": public.decode()}


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
