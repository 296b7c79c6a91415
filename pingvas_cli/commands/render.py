"""`pingvas render`: the configuration as files, in a folder that Git keeps."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pingvas_cli.errors import msg
from pingvas_cli.rendering.comparison import Change, compare
from pingvas_cli.rendering.environment import cache_folder
from pingvas_cli.rendering.memory import Inputs, Memory
from pingvas_cli.rendering.writer import stands, write
from pingvas_cli.session import Session
from pingvas_cli.ui.console import Tone
from pingvas_cli.ui.modes import OutputFormat
from pingvas_cli.ui.output import Column, Record

if TYPE_CHECKING:
    from pingvas_cli.rendering.contexts.platform import Platform
    from pingvas_cli.rendering.tree import Tree

COLUMNS: Final = (
    Column(
        "change",
        msg("rendering.column_change"),
        tones={"create": Tone.GOOD, "update": Tone.NOTABLE, "delete": Tone.BAD},
    ),
    Column("path", msg("rendering.column_path")),
)

FolderOption = Annotated[Path, typer.Option("--dir", metavar="DIR", help="rendering.option_dir")]


def render(
    ctx: typer.Context,
    *,
    folder: FolderOption = Path(),
    check: Annotated[bool, typer.Option("--check", help="rendering.option_check")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="rendering.option_diff")] = False,
) -> None:
    """Render, then write, or say what writing would change."""
    session, writes = Session.of(ctx), not (check or diff)
    memory = Memory(Inputs(session.sources, os.environ), cache_folder(name="trees"))
    known = memory.recall()
    if known is not None and stands(known, folder):
        _show(session, (), diff=diff)
        _note(session, len(known.files) + len(known.seeds), 0, folder, written=writes)
        return
    tree = tree_of(session)
    memory.keep(tree)
    comparison = write(tree, folder) if writes else compare(tree, folder)
    _show(session, comparison.changes, diff=diff)
    if check:
        comparison.refuse_drift(folder)
    _note(session, len(tree), len(comparison.changes), folder, written=writes)


def tree_of(session: Session) -> Tree:
    """The rendered tree of this run's configuration."""
    from pingvas_cli.rendering.renderer import render as rendered

    return rendered(platform_of(session), cache=cache_folder())


def platform_of(session: Session) -> Platform:
    """The configuration of this run, and that of each environment."""
    from pingvas_cli.rendering.contexts.platform import Platform

    loaded = session.loaded
    dev, prod = loaded.of("dev"), loaded.of("prod")
    return Platform(loaded.configuration, dev.configuration, prod.configuration)


def _show(session: Session, changes: Sequence[Change], *, diff: bool) -> None:
    if diff and session.options.output is OutputFormat.TABLE:
        lines = [line for change in changes for line in change.lines()]
        if lines:
            session.console.data("".join(_ended(lines)))
        return
    session.show([_record(change, diff=diff) for change in changes], COLUMNS)


def _record(change: Change, *, diff: bool) -> Record:
    record = {"path": change.path, "change": change.kind, "ours": change.ours}
    return {**record, "diff": "".join(_ended(list(change.lines())))} if diff else record


def _ended(lines: Sequence[str]) -> list[str]:
    return [
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    ]


def _note(session: Session, files: int, changed: int, folder: Path, *, written: bool) -> None:
    key = "rendering.written" if written else "rendering.compared"
    tone = Tone.GOOD if written else Tone.PLAIN
    session.note(msg(key, files=files, changed=changed, folder=folder.resolve()), tone)
