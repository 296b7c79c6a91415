"""All checks of a target, one after another, and the report that they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pingvas_cli.doctor.check import Check
from pingvas_cli.doctor.checks import Checks
from pingvas_cli.doctor.fixes import Fix
from pingvas_cli.doctor.identity import IDENTITY
from pingvas_cli.doctor.verdict import State, Verdict, unknown
from pingvas_cli.doctor.world import World
from pingvas_cli.errors import Finding, PingvasError
from pingvas_cli.validation.fault import Subject


@dataclass(frozen=True)
class Line:
    """What one check says of one thing."""

    check: Check[Any]
    verdict: Verdict


@dataclass(frozen=True)
class Report:
    """Every line, in the order of the checks."""

    lines: tuple[Line, ...]

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """What `--fix` could do, each once."""
        found = (line.verdict.fix for line in self.lines)
        return tuple(dict.fromkeys(fix for fix in found if fix is not None))

    def count(self, state: State) -> int:
        """How many lines are in a state."""
        return sum(line.verdict.state == state for line in self.lines)

    def refuse_failures(self) -> None:
        """Raise `doctor.fails` with every failed line; warnings and unknowns only tell."""
        bad = [line.verdict for line in self.lines if line.verdict.state == "failed"]
        findings = tuple(Finding(one.where, one.code, one.params) for one in bad)
        if findings:
            raise PingvasError("doctor.fails", findings=findings, count=len(findings))


@dataclass(frozen=True)
class Examination:
    """Who is examined, in which world, by which checks."""

    subject: Subject
    world: World
    checks: Checks

    def report(self) -> Report:
        """Make every check; none stops another."""
        return Report(tuple(self._lines()))

    def _lines(self) -> Iterator[Line]:
        right = True
        for check in self.checks:
            verdicts = self._made(check, right=right)
            if check is IDENTITY:
                right = all(one.state in ("ok", "warning") for one in verdicts)
            yield from (Line(check, one) for one in verdicts)

    def _made(self, check: Check[Any], *, right: bool) -> tuple[Verdict, ...]:
        """An account that is not the platform's is not looked into."""
        if check.of_account and not right:
            return (unknown("AWS", "doctor.not_looked_at"),)
        return check.verdicts(self.world, self.subject)
