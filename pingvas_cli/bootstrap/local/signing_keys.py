"""Where each environment's signing keys lie: a folder of them, so that they can rotate.

A platform that was made before there were folders has one file, which stays where it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.config.values import EnvironmentName

FIRST: Final = "first.pem"


def signing_keys(ctx: LocalContext, environment: EnvironmentName) -> Path:
    """What the user service is given: a folder of PEM files, or an older platform's one file."""
    single = ctx.layout.single_signing_key(environment)
    return single if single.exists() else ctx.layout.signing_keys(environment)


def has_key(ctx: LocalContext, environment: EnvironmentName) -> bool:
    """Whether there is anything to sign with."""
    found = signing_keys(ctx, environment)
    return found.is_file() or any(found.glob("*.pem"))


def first_key(ctx: LocalContext, environment: EnvironmentName) -> Path:
    """Where the first key of a platform goes."""
    return ctx.layout.signing_keys(environment) / FIRST
