"""Turns layers into a valid configuration, or says everything that is wrong with them.

A section that nobody wrote is taken from its defaults without validation: a test holds that the
defaults are valid, and most runs validate nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import ValidationError

from pingvas_cli.config.configuration import SECTIONS, Configuration, section_kind
from pingvas_cli.config.layers import Layers
from pingvas_cli.config.plugins import look_for_no_plugins
from pingvas_cli.config.section import Section
from pingvas_cli.errors import Finding


def judge(layers: Layers) -> tuple[Configuration, tuple[Finding, ...]]:
    """The configuration that `layers` describe; with findings it is not to be used."""
    look_for_no_plugins()
    findings: list[Finding] = []
    sections: dict[str, Any] = {}
    for name, written in layers.tree.items():
        if name not in SECTIONS:
            findings.append(_unknown_section(name, layers))
            continue
        section, wrong = _section(name, written, layers)
        findings.extend(wrong)
        if section is not None:
            sections[name] = section
    configuration = Configuration.model_construct(None, **sections)
    if sections:
        broken = layers.tree.keys() - sections.keys()
        findings.extend(_contradictions(configuration, sections, broken, layers))
    return configuration, tuple(findings)


def _section(
    name: str, written: object, layers: Layers
) -> tuple[Section | None, tuple[Finding, ...]]:
    try:
        return section_kind(name).model_validate(written), ()
    except ValidationError as error:
        from pingvas_cli.config.findings import findings_of

        mistakes = error.errors(include_url=False)
        return None, tuple(one for each in mistakes for one in findings_of(each, name, layers))


def _contradictions(
    configuration: Configuration,
    written: Mapping[str, Section],
    broken: set[str],
    layers: Layers,
) -> Iterator[Finding]:
    from pingvas_cli.config.checks import CHECKS
    from pingvas_cli.config.findings import of_problem

    for check in CHECKS:
        if check.needs & written.keys() and not check.needs & broken:
            for one in check.judge(configuration):
                yield of_problem(one, "", layers)


def _unknown_section(name: str, layers: Layers) -> Finding:
    from pingvas_cli.config.findings import unknown_key

    return unknown_key((name,), layers)
