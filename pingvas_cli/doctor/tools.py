"""Terraform, kubectl and git: at hand, and of a version that works with what is pinned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from pingvas_cli.doctor.check import Check
from pingvas_cli.doctor.verdict import Verdict, failed, ok, warning
from pingvas_cli.doctor.world import World
from pingvas_cli.ports.tools import Tool
from pingvas_cli.rendering.contexts.root import OLDEST_TERRAFORM
from pingvas_cli.validation.fault import Subject

WIDEST_SKEW: Final = 1
"""Minor versions that kubectl may be apart from the API server (Kubernetes' skew policy)."""

Versions = Mapping[Tool, str | None]


def read(world: World) -> Versions:
    """The version of each tool, None where it is not at hand."""
    return {tool: world.tools.version(tool) for tool in get_args(Tool)}


def judge(subject: Subject, versions: Versions) -> Iterator[Verdict]:
    """Missing ones fail; one that is merely another than the pinned or fitting one is told."""
    for tool, version in versions.items():
        if version is None:
            yield failed(tool, "doctor.tool_missing", tool=tool)
        else:
            yield _judged(subject, tool, version)


def _judged(subject: Subject, tool: Tool, version: str) -> Verdict:
    config = subject.configuration
    if tool == "terraform":
        return _terraform(version, config.addons.terraform)
    if tool == "kubectl":
        return _kubectl(version, config.cluster.kubernetes_version)
    return ok(tool, "doctor.tool_found", version=version)


def _terraform(version: str, pinned: str) -> Verdict:
    if _number(version) < _number(OLDEST_TERRAFORM):
        return failed(
            "terraform", "doctor.terraform_too_old", version=version, oldest=OLDEST_TERRAFORM
        )
    if version != pinned:
        return warning("addons.terraform", "doctor.terraform_other", version=version, pinned=pinned)
    return ok("terraform", "doctor.tool_found", version=version)


def _kubectl(version: str, kubernetes: str) -> Verdict:
    (major, minor, *_), (wanted_major, wanted, *_) = _number(version), _number(kubernetes)
    if major != wanted_major or abs(minor - wanted) > WIDEST_SKEW:
        return warning("kubectl", "doctor.kubectl_skew", version=version, kubernetes=kubernetes)
    return ok("kubectl", "doctor.tool_found", version=version)


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


TOOLS: Final = Check("tools", (), lambda world, _: read(world), judge)
