"""What was found before a run begins: what stands in its way, and what is only told."""

from __future__ import annotations

from dataclasses import dataclass

from pingvas_cli.errors import Finding


@dataclass(frozen=True)
class Examined:
    """`failures` stop a run; `warnings` are told; `unknown` could not be read, with the reason."""

    failures: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    unknown: tuple[Finding, ...] = ()
