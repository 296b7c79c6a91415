"""Reads the configuration: defaults, `pingvas.yaml`, the overlay of an environment, variables.

An overlay is the file `pingvas.<environment>.yaml` beside it; it may write the sections that dev
and prod can hold apart. All mistakes of one reading are reported together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pingvas_cli.config.configuration import PER_ENVIRONMENT, SECTIONS, Configuration
from pingvas_cli.config.judge import judge
from pingvas_cli.config.layers import Layer, Layers, Origin
from pingvas_cli.config.sources import Sources
from pingvas_cli.config.tree import dotted, is_secret
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.config.variables import read_variables, variable_name
from pingvas_cli.errors import Finding, UsageError

DEFAULT: Final = Origin("default")


@dataclass(frozen=True)
class Loaded:
    """A valid configuration, where its values come from, and what the environments change."""

    configuration: Configuration
    origins: Mapping[str, Origin]
    files: tuple[Path, ...] = ()
    overlays: Mapping[EnvironmentName, Loaded] = field(default_factory=dict)

    def of(self, environment: EnvironmentName) -> Loaded:
        """The configuration of one environment, its overlay applied."""
        return self.overlays.get(environment, self)

    def origin(self, key: str) -> Origin:
        """Where the value of a dotted key comes from, e.g. `local.port_offset`."""
        return self.origins.get(key, DEFAULT)

    def place(self, key: str) -> str:
        """Where a person finds a key: `pingvas.yaml:12 database.port`, or the key itself."""
        above = key
        while above:
            if above in self.origins:
                return f"{self.origins[above].place} {key}"
            above = above.rpartition(".")[0]
        return key


def load(path: Path | None, environ: Mapping[str, str]) -> Loaded:
    """The configuration; `path` None takes PINGVAS_CONFIG, then `pingvas.yaml` if it is there.

    Raises `UsageError("config.invalid")` with one finding for each mistake.
    """
    reading = _Reading(Sources.of(path, environ))
    base = reading.base()
    variables = reading.taken(*read_variables(environ))
    whole = reading.loaded([base, variables])
    overlays = {
        name: reading.loaded([base, reading.overlay(place), variables])
        for name, place in reading.sources.overlays()
    }
    if reading.findings:
        count = len(reading.findings)
        raise UsageError("config.invalid", findings=reading.findings, count=count)
    return Loaded(whole.configuration, whole.origins, tuple(reading.files), overlays)


class _Reading:
    """One reading: the files it took, and everything that is wrong, each thing once."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.findings: list[Finding] = []
        self.files: list[Path] = []

    def base(self) -> Layer:
        """The file itself; empty when there is none and none was asked for."""
        path = self.sources.base
        return Layer({}, {}) if path is None else self._file(path)

    def overlay(self, path: Path) -> Layer:
        """The overlay at `path`."""
        layer = self._file(path)
        self._note(_shared_sections(layer))
        return layer

    def loaded(self, layers: Sequence[Layer]) -> Loaded:
        """The configuration of these layers."""
        laid = Layers.of(layers)
        configuration, findings = judge(laid)
        self._note(findings)
        return Loaded(configuration, {dotted(key): one for key, one in laid.origins.items()})

    def taken(self, layer: Layer, findings: Sequence[Finding]) -> Layer:
        """`layer`, its findings noted."""
        self._note(findings)
        return layer

    def _file(self, path: Path) -> Layer:
        from pingvas_cli.config.document import read_document

        self.files.append(path)
        layer = self.taken(*read_document(path))
        self._note(_written_secrets(layer))
        return layer

    def _note(self, findings: Iterator[Finding] | Sequence[Finding]) -> None:
        self.findings.extend(one for one in findings if one not in self.findings)


def _shared_sections(layer: Layer) -> Iterator[Finding]:
    allowed = ", ".join(sorted(PER_ENVIRONMENT))
    for name in layer.tree:
        if name in SECTIONS and name not in PER_ENVIRONMENT:
            where = f"{layer.origins[(name,)].place} {name}"
            yield Finding(where, "config.shared_in_overlay", {"key": name, "allowed": allowed})


def _written_secrets(layer: Layer) -> Iterator[Finding]:
    for path, origin in layer.origins.items():
        if len(path) > 1 and is_secret(path):
            where = f"{origin.place} {dotted(path)}"
            yield Finding(where, "config.secret_in_file", {"variable": variable_name(path)})
