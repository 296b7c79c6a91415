"""What a check finds: a key of the configuration, a code, and whether it stops anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.rendering.contexts.platform import Platform


@dataclass(frozen=True)
class Subject:
    """What is judged: the platform, on a day."""

    platform: Platform
    today: date

    @property
    def configuration(self) -> Configuration:
        return self.platform.configuration


@dataclass(frozen=True)
class Fault:
    """A value that AWS would refuse or that breaks a promise; a warning only tells."""

    key: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    warning: bool = False

    def only_told(self) -> Self:
        """The same as a warning."""
        return replace(self, warning=True)


def fault(key: str, code: str, /, **params: object) -> Fault:
    """Name a fault, e.g. `fault("network.vpc_cidr", "validation.vpc_size", cidr="10.0.0.0/8")`."""
    return Fault(key, code, params)


@dataclass(frozen=True)
class Invariant:
    """One check with its name, which the command shows."""

    name: str
    judge: Callable[[Subject], Iterator[Fault]]
