"""What the server says when it says no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Fault = tuple[str, str]
"""The path of a field, and what is wrong with it in the server's words."""


@dataclass
class Refusal(Exception):
    """An answer of kind Status that says no."""

    code: int
    reason: str
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code} {self.reason}: {self.message}"

    @property
    def status(self) -> dict[str, Any]:
        """The body of the answer."""
        told = {"status": "Failure", "message": self.message, "reason": self.reason}
        found = {"kind": "Status", "apiVersion": "v1", "metadata": {}, **told, "code": self.code}
        return {**found, "details": dict(self.details)} if self.details else found


def invalid(kind: str, name: str, faults: list[Fault]) -> Refusal:
    """The refusal 422 of an object with these faults; `kind` as `Kind.group`."""
    told = [f"{path}: {words}" for path, words in faults]
    text = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
    plain, _, group = kind.partition(".")
    causes = [{"reason": _reason(words), "message": words, "field": path} for path, words in faults]
    details = {"name": name, "group": group, "kind": plain, "causes": causes}
    return Refusal(422, "Invalid", f'{kind} "{name}" is invalid: {text}', details)


def _reason(words: str) -> str:
    return f"FieldValue{''.join(words.split(':', maxsplit=1)[0].split()[:1])}"
