"""Which files make a configuration, without reading what they say.

This file loads nothing heavy: it also serves runs that know already what the files mean.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pingvas_cli.paths import expanded

if TYPE_CHECKING:
    from pingvas_cli.config.values import EnvironmentName

DEFAULT_FILE: Final = Path("pingvas.yaml")
OVERLAID: Final[tuple[EnvironmentName, ...]] = ("dev", "prod")


@dataclass(frozen=True)
class Sources:
    """`pingvas.yaml` or the file named in its place, and the overlays beside it."""

    path: Path
    demanded: bool
    """Whether the file was named, so that it has to be there."""

    @classmethod
    def of(cls, path: Path | None, environ: Mapping[str, str]) -> Sources:
        """`path`, else the file that PINGVAS_CONFIG names, else `pingvas.yaml` if it is there."""
        named = environ.get("PINGVAS_CONFIG")
        if path is None and named:
            path = expanded(named, "PINGVAS_CONFIG")
        return cls(path or DEFAULT_FILE, path is not None)

    @property
    def base(self) -> Path | None:
        """The file itself; None when there is none and none was named."""
        return self.path if self.demanded or os.path.lexists(self.path) else None

    def overlays(self) -> Iterator[tuple[EnvironmentName, Path]]:
        """The overlays that are there: `pingvas.dev.yaml` for `pingvas.yaml` and `dev`."""
        if not self.path.name:  # a folder such as `.` has none
            return
        for name in OVERLAID:
            path = self.path.with_name(f"{self.path.stem}.{name}{self.path.suffix}")
            if os.path.lexists(path):
                yield name, path
