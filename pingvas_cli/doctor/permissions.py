"""May the caller do what the rendered Terraform asks for? Simulated by IAM, told by service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pingvas_cli.doctor.actions import by_service, needed
from pingvas_cli.doctor.check import Check
from pingvas_cli.doctor.verdict import Verdict, failed, ok
from pingvas_cli.doctor.world import World
from pingvas_cli.ports.account import Denial


@dataclass(frozen=True)
class Permissions:
    """The actions that are needed, and those of them that are refused."""

    needed: frozenset[str]
    denied: tuple[Denial, ...]


def read(world: World) -> Permissions:
    """Simulate every action of the rendered tree."""
    actions = needed(world.render())
    return Permissions(actions, world.account.denied(world.account.caller(), actions))


def judge(found: Permissions) -> Iterator[Verdict]:
    """A line for each service that refuses something."""
    services = by_service(found.needed)
    refused = by_service([each.action for each in found.denied])
    forbidden = by_service([each.action for each in found.denied if each.explicit])
    for service, actions in refused.items():
        code = "doctor.forbidden" if service in forbidden else "doctor.not_allowed"
        yield failed(
            f"iam {service}",
            code,
            service=service,
            count=len(actions),
            all=len(services.get(service, ())),
            actions=", ".join(actions),
        )
    if not refused:
        yield ok("iam", "doctor.all_allowed", count=len(found.needed), services=len(services))


PERMISSIONS: Final = Check(
    "permissions",
    ("N13",),
    lambda world, _: read(world),
    lambda _, found: judge(found),
    of_account=True,
)
