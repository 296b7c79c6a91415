"""An account whose caller and refusals a test chooses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.account import Caller, Denial

NOBODY = PingvasError("aws.no_credentials", where="sts GetCallerIdentity", what="x", detail="none")


@dataclass
class FakeAccount:
    """`who` None: there are no credentials. `asked` keeps what was simulated."""

    who: Caller | None = field(
        default_factory=lambda: Caller("123456789012", "arn:aws:iam::123456789012:user/admin")
    )
    refused: tuple[Denial, ...] = ()
    asked: list[str] = field(default_factory=list)

    def caller(self) -> Caller:
        if self.who is None:
            raise NOBODY
        return self.who

    def denied(self, caller: Caller, actions: Collection[str]) -> tuple[Denial, ...]:
        self.asked.extend(sorted(actions))
        return tuple(each for each in self.refused if each.action in actions)
