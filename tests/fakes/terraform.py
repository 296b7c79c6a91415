"""A terraform that answers what a test tells it to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pingvas_cli.ports.terraform import Judgement


@dataclass(frozen=True)
class FakeTerraform:
    """`found` None: the program is not at hand."""

    found: str | None = "1.15.9"
    unformatted: tuple[str, ...] = ()
    judgement: Judgement = field(default_factory=Judgement)

    def version(self) -> str | None:
        return self.found

    def misformatted(self, folder: Path) -> tuple[str, ...]:
        return self.unformatted

    def validate(self, root: Path) -> Judgement:
        return self.judgement
