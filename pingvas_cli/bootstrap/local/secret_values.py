"""The secrets of the local platform: generated once, kept 0600, shown to nobody."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import PingvasError
from pingvas_cli.private_files import write_private

ENVIRONMENTS: Final[tuple[EnvironmentName, ...]] = ("dev", "prod")
SECRET_BYTES: Final = 24


@dataclass(frozen=True)
class EnvironmentSecrets:
    """One environment's own passwords and keys; none is shared with the other.

    Those with a default came later: a platform that is older lacks them until its next bootstrap.
    """

    database_owner: str
    database_app: str
    database_system: str
    cache_app: str
    object_store_access: str
    object_store_secret: str
    administrator: str
    webhook: str = ""


@dataclass(frozen=True)
class Secrets:
    """Everything generated; hexadecimal, so that it needs no quoting anywhere."""

    database_superuser: str
    cache_operator: str
    cache_replica: str
    cache_sentinel: str
    object_store_admin_access: str
    object_store_admin_secret: str
    dev: EnvironmentSecrets
    prod: EnvironmentSecrets

    def of(self, environment: EnvironmentName) -> EnvironmentSecrets:
        return self.dev if environment == "dev" else self.prod

    def completed(self) -> Secrets:
        """The same secrets, with fresh ones where an older platform has none."""
        return replace(self, dev=_completed(self.dev), prod=_completed(self.prod))


def generate() -> Secrets:
    """Fresh random secrets."""
    shared = {f.name: _token() for f in fields(Secrets) if f.name not in ENVIRONMENTS}
    return _secrets({**shared, "dev": _for_environment(), "prod": _for_environment()})


def save(path: Path, values: Secrets) -> None:
    """Keep them in `path`; the caller knows that no others are lost by it."""
    write_private(path, json.dumps(asdict(values), indent=1))


def load(path: Path) -> Secrets | None:
    """The saved secrets, or None before the first run."""
    if not path.exists():
        return None
    try:
        return _secrets(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError) as error:
        raise PingvasError("local.secrets_unreadable", where=str(path)) from error


def _secrets(stored: Mapping[str, Any]) -> Secrets:
    values = dict(stored)
    values.update({name: EnvironmentSecrets(**stored[name]) for name in ENVIRONMENTS})
    return Secrets(**values)


def _completed(found: EnvironmentSecrets) -> EnvironmentSecrets:
    lacking = {name: _token() for name, value in asdict(found).items() if not value}
    return replace(found, **lacking)


def _for_environment() -> dict[str, str]:
    return {f.name: _token() for f in fields(EnvironmentSecrets)}


def _token() -> str:
    return secrets.token_hex(SECRET_BYTES)
