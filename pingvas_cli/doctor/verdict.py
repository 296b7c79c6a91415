"""What a check says: a state, a place, a sentence or a code, and what could be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from pingvas_cli.doctor.fixes import Fix
from pingvas_cli.errors import Finding, Message, msg

State = Literal["ok", "warning", "failed", "unknown"]


@dataclass(frozen=True)
class Verdict:
    """One line of the report. `where` is a key of the configuration or the name of a thing.

    Whatever is not `ok` has a code, whose words say what happened and what to do.
    """

    state: State
    where: str
    code: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    said: Message | None = None
    fix: Fix | None = None

    def mended_by(self, fix: Fix | None) -> Self:
        """The same, with what `--fix` would do."""
        return replace(self, fix=fix)


def ok(where: str, key: str, /, **params: object) -> Verdict:
    """Nothing to do; the sentence says what was found."""
    return Verdict("ok", where, said=msg(key, **params))


def warning(where: str, code: str, /, **params: object) -> Verdict:
    """It can be lived with, and should be known."""
    return Verdict("warning", where, code, params)


def failed(where: str, code: str, /, **params: object) -> Verdict:
    """The platform can't be stood up, or not as it is described."""
    return Verdict("failed", where, code, params)


def unknown(where: str, code: str, /, **params: object) -> Verdict:
    """It could not be read, so nobody knows."""
    return Verdict("unknown", where, code, params)


def of_finding(finding: Finding) -> Verdict:
    """A finding of another room, which stops the work there."""
    return Verdict("failed", finding.where, finding.code, finding.params)
