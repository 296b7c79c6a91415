"""API keys: their shape, and that what is stored of one does not tell it."""

from __future__ import annotations

import hashlib

import pytest

from services.contracts.api_keys import hash_of, issue, split

SECRET = "Aa0" * 11


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_an_issued_key_has_the_shape_and_is_never_the_same(environment: str) -> None:
    keys = {issue("dev" if environment == "dev" else "prod") for _ in range(100)}
    assert len(keys) == 100
    for key in keys:
        parts = split(key)
        assert parts is not None
        prefix, secret = parts
        assert prefix.startswith(f"pv_{environment}_")
        assert f"{prefix}_{secret}" == key
        assert secret not in hash_of(key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pv_dev_abcd1234",
        f"pv_test_abcd1234_{SECRET}",
        f"pv_dev_ABCD1234_{SECRET}",
        f"pv_dev_abcd1234_{SECRET[:31]}",
        f"pv_dev_abcd1234_{'a' * 65}",
        f"pv_dev_abcd1234_{SECRET}\n",
        f"pv_dev_abcd1234_{SECRET}\u0661",
        f" pv_dev_abcd1234_{SECRET}",
    ],
)
def test_other_texts_are_no_keys(text: str) -> None:
    assert split(text) is None


def test_the_whole_key_is_hashed() -> None:
    key = f"pv_dev_abcd1234_{SECRET}"
    assert hash_of(key) == hashlib.sha256(key.encode()).hexdigest()
