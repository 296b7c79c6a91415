"""Keys for signing: given ones, or those of AWS's default chain, which are renewed as they age.

botocore finds and renews the chain's keys. That may ask the network, so it happens in a thread
and in advance: signing itself takes what is there.
"""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError
from botocore.session import get_session

from services.gallery.errors import SigningUnavailable

LOOK_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key; `token` is set when it is a temporary one."""

    access_key: str
    secret_key: str
    token: str | None = None


class KeySource(Protocol):
    """Where a signer gets its keys."""

    def current(self) -> Keys:
        """The keys to sign with now; the same object as long as they are the same."""
        ...


@dataclass(frozen=True)
class GivenKeys:
    """Keys of the settings."""

    keys: Keys

    def current(self) -> Keys:
        """Always the same."""
        return self.keys


class ChainKeys:
    """Keys of the default chain: environment, files, container, instance. Renewed by turns."""

    def __init__(self, credentials: Credentials | None = None) -> None:
        self._credentials = credentials
        self._keys: Keys | None = None

    def current(self) -> Keys:
        """The newest keys; raises SigningUnavailable while none were found."""
        if self._keys is None:
            raise SigningUnavailable
        return self._keys

    async def turn(self) -> float:
        """Look for newer keys; botocore renews them well before they end."""
        await asyncio.to_thread(self.look)
        return LOOK_EVERY_S if self._keys is not None else 1.0

    def look(self) -> None:
        """Take the keys that the chain has now."""
        try:
            self._credentials = self._credentials or get_session().get_credentials()
            found = self._credentials and self._credentials.get_frozen_credentials()
        except BotoCoreError:  # older keys stay good until they end
            return
        if found and found.access_key and found.secret_key:
            keys = Keys(found.access_key, found.secret_key, found.token)
            self._keys = self._keys if keys == self._keys else keys
