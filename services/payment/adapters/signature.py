"""Signatures of webhooks: the hex HMAC-SHA256 of the raw body under the shared secret.

Source: https://docs.lemonsqueezy.com/help/webhooks/signing-requests (header X-Signature). The body
is signed as sent: parsing and writing it again gives other bytes, and another signature.
"""

from __future__ import annotations

import hashlib
import hmac


def sign(secret: str, body: bytes) -> str:
    """64 hex digits."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(secret: str, body: bytes, signature: str) -> bool:
    """Compare in constant time; whatever is not ASCII is wrong."""
    return hmac.compare_digest(sign(secret, body).encode(), signature.lower().encode())


def event_id(body: bytes) -> str:
    """What names an event. Payloads carry no id of their own, and two changes of a resource within
    one second share name, id and `updated_at`; so only the same bytes are the same event."""
    return hashlib.sha256(body).hexdigest()
