"""An account whose caller and refusals a test chooses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.account import Caller, Denial, Role

NOBODY = PingvasError("aws.no_credentials", where="sts GetCallerIdentity", what="x", detail="none")


@dataclass
class FakeAccount:
    """`who` None: there are no credentials. `asked` keeps what was simulated.

    It has asked for spot instances before, so that AWS's role for them is there.
    """

    who: Caller | None = field(
        default_factory=lambda: Caller("123456789012", "arn:aws:iam::123456789012:user/admin")
    )
    refused: tuple[Denial, ...] = ()
    roles: tuple[Role, ...] = (Role("AWSServiceRoleForEC2Spot"),)
    asked: list[str] = field(default_factory=list)

    def caller(self) -> Caller:
        if self.who is None:
            raise NOBODY
        return self.who

    def denied(self, caller: Caller, actions: Collection[str]) -> tuple[Denial, ...]:
        self.asked.extend(sorted(actions))
        return tuple(each for each in self.refused if each.action in actions)

    def role(self, name: str) -> Role | None:
        return next((each for each in self.roles if each.name == name), None)
