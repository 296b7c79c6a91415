"""The whole examination: invariants, hops, the rendered tree, and Terraform's own judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from pingvas_cli.errors import DriftFound, Finding, Message, PingvasError, UsageError, msg
from pingvas_cli.ports.terraform import Diagnostic, Judgement, Terraform
from pingvas_cli.rendering.comparison import DRIFTS, compare
from pingvas_cli.rendering.record import RECORD
from pingvas_cli.rendering.renderer import Tree
from pingvas_cli.rendering.targets import ROOTS
from pingvas_cli.rendering.writer import write
from pingvas_cli.validation.fault import Fault, Subject
from pingvas_cli.validation.invariants import NEEDED_VALUES, faults
from pingvas_cli.validation.tls import hops

State = Literal["ok", "fact", "warning", "error", "drift", "skipped"]


@dataclass(frozen=True)
class Result:
    """One line of the report: a check, its state, and what is to be said, if anything."""

    check: str
    state: State
    where: str = ""
    code: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    said: Message | None = None

    @property
    def finding(self) -> Finding:
        """The line as a finding; only lines with a code have one."""
        return Finding(self.where, self.code, self.params)


@dataclass(frozen=True)
class Report:
    """Every line, in the order of the checks."""

    results: tuple[Result, ...]

    def refuse_faults(self, folder: Path) -> None:
        """Raise what the worst lines ask for: mistakes first, then files, then drift."""
        mistakes = self._findings("error", lambda one: one.check != "terraform")
        if mistakes:
            raise UsageError("validation.fails", findings=mistakes, count=len(mistakes))
        refused = self._findings("error", lambda one: one.check == "terraform")
        if refused:
            raise PingvasError("validation.terraform_refuses", findings=refused, count=len(refused))
        drifted = self._findings("drift", lambda _: True)
        if drifted:
            raise DriftFound(
                "rendering.drift", where=str(folder), findings=drifted, count=len(drifted)
            )

    def _findings(self, state: State, fits: Callable[[Result], bool]) -> tuple[Finding, ...]:
        return tuple(one.finding for one in self.results if one.state == state and fits(one))


@dataclass(frozen=True)
class Examination:
    """What is examined: a platform on a day, the folder it is rendered in, and with what.

    `place` and `say` tell a key and a name in the person's own files and language.
    """

    subject: Subject
    folder: Path
    terraform: Terraform
    render: Callable[[], Tree]
    place: Callable[[str], str]
    say: Callable[[Message], str]

    def report(self) -> Report:
        """Everything at once; a platform that lacks values can't be rendered, so it is not."""
        found = (*self._invariants(), *self._hops())
        if any(one.check == NEEDED_VALUES and one.state == "error" for one in found):
            return Report(found)
        tree = self.render()
        return Report((*found, *self._tree(tree), *self._terraform(tree)))

    def _invariants(self) -> Iterator[Result]:
        for invariant, found in faults(self.subject):
            if not found:
                yield Result(invariant.name, "ok")
            for one in found:
                yield self._fault(invariant.name, one)

    def _fault(self, name: str, one: Fault) -> Result:
        state: State = "warning" if one.warning else "error"
        return Result(name, state, self.place(one.key), one.code, one.params)

    def _hops(self) -> Iterator[Result]:
        for hop in hops(self.subject.configuration):
            key = "validation.hop_verified" if hop.verified else "validation.hop_unverified"
            key = key if hop.oldest != "none" else "validation.hop_plain"
            said = msg(key, oldest=hop.oldest, by=hop.by)
            yield Result("tls", "fact", self.say(hop.name), said=said)

    def _tree(self, tree: Tree) -> Iterator[Result]:
        if not (self.folder / RECORD).exists():
            yield Result("rendered_tree", "skipped", said=msg("validation.not_rendered"))
            return
        changes = compare(tree, self.folder).changes
        if not changes:
            yield Result("rendered_tree", "ok")
        for change in changes:
            yield Result("rendered_tree", "drift", change.path, DRIFTS[change.kind])

    def _terraform(self, tree: Tree) -> Iterator[Result]:
        version = self.terraform.version()
        if version is None:
            yield Result("terraform", "skipped", said=msg("validation.no_terraform"))
            return
        with TemporaryDirectory(prefix="pingvas-validate-") as name:
            write(tree, Path(name))
            yield from self._judged(Path(name), version)

    def _judged(self, folder: Path, version: str) -> Iterator[Result]:
        for path in self.terraform.misformatted(folder):
            yield Result("terraform", "error", path, "validation.misformatted")
        for root in ROOTS:
            yield from _of_root(root, self.terraform.validate(folder / root), version)


def _of_root(root: str, judgement: Judgement, version: str) -> Iterator[Result]:
    if judgement.hindered:
        said = msg("validation.terraform_hindered", why=judgement.hindered)
        yield Result("terraform", "skipped", root, said=said)
        return
    for one in judgement.diagnostics:
        yield _diagnosed(root, one)
    if not judgement.diagnostics:
        said = msg("validation.terraform_ran", version=version)
        yield Result("terraform", "ok", root, said=said)


def _diagnosed(root: str, one: Diagnostic) -> Result:
    """Terraform breaks its lines for a screen of its own; ours are one line."""
    params = {"summary": " ".join(one.summary.split()), "detail": " ".join(one.detail.split())}
    where = f"{root}/{one.where}" if one.where else root
    state: State = "error" if one.error else "warning"
    return Result("terraform", state, where, "validation.terraform_finding", params)
