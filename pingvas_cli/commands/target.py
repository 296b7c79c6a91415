"""Where a command works: on this machine, or on AWS."""

from __future__ import annotations

from enum import StrEnum

from pingvas_cli.session import Session


class Target(StrEnum):
    """The targets that commands can work on."""

    LOCAL = "local"
    AWS = "aws"


def is_on_aws(session: Session, asked: Target | None) -> bool:
    """Whether the command is for AWS: as asked, or else as the configuration says."""
    chosen = asked or session.loaded.configuration.platform.target
    return chosen == Target.AWS
