"""A check: how its facts are read, and a pure function that judges them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from pingvas_cli.doctor.verdict import Verdict, unknown
from pingvas_cli.doctor.world import World
from pingvas_cli.errors import PingvasError
from pingvas_cli.validation.fault import Subject

F = TypeVar("F")


@dataclass(frozen=True)
class Check(Generic[F]):
    """A name, the rows of corrections that it resolves (`P4`), and its two functions.

    `of_account`: it asks the AWS account, so it is made only where that is the right one.
    """

    name: str
    cites: tuple[str, ...]
    read: Callable[[World, Subject], F]
    judge: Callable[[Subject, F], Iterator[Verdict]]
    of_account: bool = False

    def verdicts(self, world: World, subject: Subject) -> tuple[Verdict, ...]:
        """Its lines; facts that can't be read become one line that says why."""
        try:
            facts = self.read(world, subject)
        except PingvasError as error:
            return (unknown(error.where or self.name, error.code, **error.params),)
        return tuple(self.judge(subject, facts))
