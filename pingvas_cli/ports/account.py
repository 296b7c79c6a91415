"""The AWS account that the credentials at hand lead to: who they are, and what they may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Caller:
    """Whom AWS takes us for."""

    account_id: str
    arn: str

    @property
    def is_root(self) -> bool:
        """The account's own user, whom no policy binds and nobody should work as."""
        return self.arn.endswith(":root")


@dataclass(frozen=True)
class Denial:
    """An action that policies do not allow; `explicit` when one forbids it outright."""

    action: str
    explicit: bool = False


@dataclass(frozen=True)
class Role:
    """A role of IAM; `platform` is the tag `pingvas:platform`, if it has one."""

    name: str
    platform: str | None = None


class Account(Protocol):
    """Identity, roles and simulated permissions; changes nothing."""

    def caller(self) -> Caller:
        """Who asks. Raises `aws.no_credentials`, `aws.credentials_refused` or `aws.unreachable`."""

    def denied(self, caller: Caller, actions: Collection[str]) -> tuple[Denial, ...]:
        """Those of the actions (`eks:CreateCluster`) that the caller's policies do not allow.

        Simulated by IAM on every resource; boundaries and organization policies count.
        """

    def role(self, name: str) -> Role | None:
        """The role of this name; None when the account has none."""
