"""Terraform on this machine: its version, its judgement of files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Diagnostic:
    """What Terraform says of a root module; `where` is `main.tf:12` or empty."""

    error: bool
    summary: str
    detail: str = ""
    where: str = ""


@dataclass(frozen=True)
class Judgement:
    """Terraform's judgement of a root; `hindered` says why there is none, in its own words."""

    diagnostics: tuple[Diagnostic, ...] = ()
    hindered: str | None = None


class Terraform(Protocol):
    """Runs terraform; it changes nothing but the folders that it is given."""

    def version(self) -> str | None:
        """The version of the program, such as `1.15.9`, or None when it is not at hand."""

    def misformatted(self, folder: Path) -> tuple[str, ...]:
        """The files in `folder` and below that `terraform fmt` would change, by relative path."""

    def validate(self, root: Path) -> Judgement:
        """Initialise the root module without its backend, and judge it."""
