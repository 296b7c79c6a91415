"""Does Terraform make AWS's role for spot instances where the account has none? (correction P4)

AWS makes it for a person who asks for the first spot instance; Karpenter may not have it made. A
second one is refused, in the middle of an apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.doctor.check import Check
from pingvas_cli.doctor.verdict import Verdict, failed, ok, warning
from pingvas_cli.doctor.world import World
from pingvas_cli.ports.account import Role
from pingvas_cli.validation.fault import Subject

NAME: Final = "AWSServiceRoleForEC2Spot"
KEY: Final = "gpu_nodes.create_spot_service_role"


def read(world: World) -> Role | None:
    """The role; None in an account that has never asked for a spot instance."""
    return world.account.role(NAME)


def judge(subject: Subject, role: Role | None) -> Iterator[Verdict]:
    """What Terraform made it must keep, and what others made it must leave alone."""
    config = subject.configuration
    ours = role is not None and role.platform == config.platform.name
    if config.gpu_nodes.create_spot_service_role:
        taken = role is not None and not ours
        yield _foreign() if taken else ok(KEY, "doctor.spot_role_made", role=NAME)
    elif ours:
        yield failed(KEY, "doctor.spot_role_dropped", role=NAME)
    elif role is None and any("spot" in each for each in _capacities(config)):
        yield _missing(config)
    else:
        yield ok(KEY, "doctor.spot_role_left", role=NAME)


def _foreign() -> Verdict:
    return failed(KEY, "doctor.spot_role_exists", role=NAME)


def _missing(config: Configuration) -> Verdict:
    """On-demand nodes start in place of spot ones, where a pool takes both."""
    stuck = any(each == {"spot"} for each in _capacities(config))
    return (failed if stuck else warning)(KEY, "doctor.spot_role_missing", role=NAME)


def _capacities(config: Configuration) -> Iterator[set[str]]:
    """The capacity types of each pool that may have nodes."""
    yield set(config.general_nodes.capacity_types)
    for pool in config.gpu_nodes.pools().values():
        if pool.gpu_limit:
            yield set(pool.capacity_types)


SPOT_ROLE: Final = Check("spot_role", ("P4",), lambda world, _: read(world), judge, of_account=True)
