"""The private key of a CloudFront key group, as it lies in a file."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def read_key(path: Path) -> PrivateKey:
    """An RSA-2048 or ECDSA P-256 key in PEM. Raises ValueError for all else, or no file."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, TypeError, ValueError):  # what they say may quote the file
        raise ValueError("the content network's key can't be read as a PEM file") from None
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size == 2048:
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise ValueError("the content network's key is neither RSA-2048 nor ECDSA P-256")
