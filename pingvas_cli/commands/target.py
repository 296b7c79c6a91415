"""Where a command works: on this machine, in a cluster, or on AWS."""

from __future__ import annotations

from enum import StrEnum

from pingvas_cli.session import Session


class Target(StrEnum):
    """The targets that commands can work on."""

    LOCAL = "local"
    CLUSTER = "cluster"
    AWS = "aws"


def target_of(session: Session, asked: Target | None) -> Target:
    """Where the command works: as asked, or else as the configuration says."""
    return asked or Target(session.loaded.configuration.platform.target)
