"""API keys as people hold them: `pv_<environment>_<prefix>_<secret>`.

The part before the secret is stored as `prefix`, names the key and may be shown; of the whole key
only its SHA-256 is stored. 190 bits of chance need no slow hash.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from typing import Literal

API_KEY = re.compile(r"(pv_(?:dev|prod)_[a-z0-9]{8})_([A-Za-z0-9]{32,64})", re.ASCII)
LOWER = string.ascii_lowercase + string.digits
ALL = string.ascii_letters + string.digits
SECRET_CHARACTERS = 32


def issue(environment: Literal["dev", "prod"]) -> str:
    """A new key; show it once and store `split(key)[0]` and `hash_of(key)`."""
    prefix = "".join(secrets.choice(LOWER) for _ in range(8))
    secret = "".join(secrets.choice(ALL) for _ in range(SECRET_CHARACTERS))
    return f"pv_{environment}_{prefix}_{secret}"


def split(key: str) -> tuple[str, str] | None:
    """Prefix and secret of a key, or None when it does not have the shape of one."""
    found = API_KEY.fullmatch(key)
    return (found[1], found[2]) if found else None


def hash_of(key: str) -> str:
    """SHA-256 of the whole key, as 64 hexadecimal digits."""
    return hashlib.sha256(key.encode()).hexdigest()
