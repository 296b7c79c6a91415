"""Keys of the default chain: found, renewed, and kept while the chain is silent."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.exceptions import CredentialRetrievalError

from services.gallery.adapters.credentials import ChainKeys
from services.gallery.errors import SigningUnavailable


def test_temporary_keys_are_renewed_before_they_end() -> None:
    answers = iter("abc")

    def refresh() -> dict[str, str]:
        name = next(answers)
        soon = datetime.now(UTC) + timedelta(minutes=5 if name == "a" else 60)
        return {
            "access_key": f"key-{name}",
            "secret_key": "s",
            "token": f"token-{name}",
            "expiry_time": soon.isoformat(),
        }

    source = ChainKeys(RefreshableCredentials.create_from_metadata(refresh(), refresh, "test"))
    source.look()
    assert source.current().token == "token-b"
    kept = source.current()
    source.look()
    assert source.current() is kept, "the same keys are the same object"


def test_keys_stay_while_the_chain_is_silent() -> None:
    class Silent:
        is_silent = False

        def get_frozen_credentials(self) -> object:
            if self.is_silent:
                raise CredentialRetrievalError(provider="test", error_msg="away")
            return type("Frozen", (), {"access_key": "a", "secret_key": "b", "token": None})()

    chain = Silent()
    source = ChainKeys(cast("Credentials", chain))
    source.look()
    chain.is_silent = True
    source.look()
    assert source.current().access_key == "a"


async def test_without_any_keys_signing_waits() -> None:
    class Nothing:
        def get_frozen_credentials(self) -> None:
            raise CredentialRetrievalError(provider="test", error_msg="away")

    source = ChainKeys(cast("Credentials", Nothing()))
    assert await source.turn() == 1.0
    with pytest.raises(SigningUnavailable):
        source.current()
