"""The composition root of one run: the chosen options, and what commands work with, made lazily.

A command gets it by `Session.of(ctx)`. Nothing is built before it is asked for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pingvas_cli.errors import Message
from pingvas_cli.messages import Translator
from pingvas_cli.paths import expanded, state_home
from pingvas_cli.ui.confirm import Confirmation
from pingvas_cli.ui.console import Console, Tone
from pingvas_cli.ui.modes import (
    ColorMode,
    OutputFormat,
    ProgressMode,
    effective_progress,
    is_interactive,
)

if TYPE_CHECKING:
    import typer

    from pingvas_cli.aws_platform import AwsPlatform
    from pingvas_cli.cluster_platform import ClusterPlatform
    from pingvas_cli.config.loader import Loaded
    from pingvas_cli.config.sources import Sources
    from pingvas_cli.local_platform import LocalPlatform
    from pingvas_cli.rendering.contexts.platform import Platform
    from pingvas_cli.steps.observer import Observer
    from pingvas_cli.ui.download import Advance
    from pingvas_cli.ui.output import Column, Record


@dataclass(frozen=True)
class GlobalOptions:
    """What every command takes, before or after its name."""

    lang: str = "en"
    output: OutputFormat = OutputFormat.TABLE
    progress: ProgressMode = ProgressMode.AUTO
    color: ColorMode = ColorMode.AUTO
    yes: bool = False
    debug: bool = False
    config: Path | None = None
    state_dir: Path | None = None


class Session:
    """One run of the program."""

    def __init__(self, options: GlobalOptions) -> None:
        self.options = options
        self.works = False
        """Whether work was begun that the same command can pick up again."""

    @classmethod
    def of(cls, ctx: typer.Context) -> Session:
        """The session of a running command."""
        session = ctx.find_object(cls)
        if session is None:
            raise LookupError("the command line was built without a session")
        return session

    def choose(self, **chosen: object) -> None:
        """Take over options as the command line is read, before anything is built from them."""
        self.options = replace(self.options, **chosen)  # type: ignore[arg-type]

    @cached_property
    def translator(self) -> Translator:
        return Translator(self.options.lang)

    @cached_property
    def console(self) -> Console:
        return Console.make(self.options.color)

    @property
    def record_translator(self) -> Translator:
        """The person's language in a table; English in data, which must not change with LANG."""
        if self.options.output is OutputFormat.TABLE:
            return self.translator
        return Translator("en")

    @property
    def state_folder(self) -> Path:
        """Where runs leave their traces when no configuration says otherwise."""
        written = os.environ.get("PINGVAS_LOCAL__STATE_DIR")
        if self.options.state_dir or written:
            return self.options.state_dir or expanded(written or "", "PINGVAS_LOCAL__STATE_DIR")
        return state_home(os.environ) / "pingvas"

    @property
    def sources(self) -> Sources:
        """The files that the configuration is read from."""
        from pingvas_cli.config.sources import Sources

        return Sources.of(self.options.config, os.environ)

    @cached_property
    def loaded(self) -> Loaded:
        """The configuration and where each value comes from."""
        from pingvas_cli.config.loader import load

        return load(self.options.config, os.environ)

    @cached_property
    def local(self) -> LocalPlatform:
        """The platform on this machine."""
        from pingvas_cli.bootstrap.local.layout import Layout
        from pingvas_cli.local_platform import LocalPlatform

        configuration = self.loaded.configuration
        chosen = self.options.state_dir or configuration.local.state_folder(os.environ)
        return LocalPlatform(configuration, Layout(chosen.expanduser().resolve()), os.environ)

    @cached_property
    def aws(self) -> AwsPlatform:
        """The platform on AWS; UsageError when the configuration lacks what AWS needs."""
        from pingvas_cli.aws_platform import aws_platform

        return aws_platform(self.described, self.options.state_dir, os.environ)

    def cluster(self, kubeconfig: Path | None, context: str | None) -> ClusterPlatform:
        """The platform in the cluster that a kubeconfig leads to."""
        from pingvas_cli.adapters.kubernetes import KubeconfigKubernetes
        from pingvas_cli.cluster_platform import cluster_platform

        kubernetes = KubeconfigKubernetes(kubeconfig, context)
        return cluster_platform(self.described, self.options.state_dir, os.environ, kubernetes)

    @cached_property
    def described(self) -> Platform:
        """The platform as rendering sees it: the configuration, and that of each environment."""
        from pingvas_cli.rendering.contexts.platform import Platform

        loaded = self.loaded
        dev, prod = loaded.of("dev").configuration, loaded.of("prod").configuration
        return Platform(loaded.configuration, dev, prod)

    @cached_property
    def interactive(self) -> bool:
        """Whether a person is there to answer: terminals on both sides and no CI."""
        return is_interactive(os.environ, sys.stdin, sys.stderr)

    @cached_property
    def confirmation(self) -> Confirmation:
        """Asks before something happens; raises `Refused` for anything but a yes."""
        options = self.options
        return Confirmation(self.console, self.translator, self.interactive, options.yes)

    def text(self, message: Message) -> str:
        """The sentence in the person's language."""
        return self.translator.text(message)

    def note(self, message: Message, tone: Tone = Tone.PLAIN) -> None:
        """A sentence for the person, on stderr; nothing with `--progress quiet`."""
        if self.options.progress is not ProgressMode.QUIET:
            self.console.note(self.text(message), tone)

    def show(self, records: Sequence[Record], columns: Sequence[Column]) -> None:
        """Several records on stdout, in the chosen form."""
        from pingvas_cli.ui.output import show

        show(self.console, self.translator, records, columns, self.options.output)

    def show_one(self, record: Record, columns: Sequence[Column]) -> None:
        """One record on stdout, in the chosen form."""
        from pingvas_cli.ui.output import show_one

        show_one(self.console, self.translator, record, columns, self.options.output)

    def preview(self, records: Sequence[Record], columns: Sequence[Column]) -> None:
        """A table for the person, on stderr, such as the plan a question is about."""
        from pingvas_cli.ui.output import table

        color = self.console.color_err
        self.console.note(table(self.translator, records, columns, color=color))

    def download(self) -> AbstractContextManager[Advance]:
        """`with session.download() as advance:` shows `advance(stage, done, total)` in bytes."""
        from pingvas_cli.ui.download import downloading

        self.works = True
        mode = effective_progress(self.options.progress, os.environ, self.console.err)
        return downloading(self.console, self.translator, mode)

    def progress(self) -> AbstractContextManager[Observer]:
        """`with session.progress() as observer:` shows a run of steps, as `--progress` says."""
        from pingvas_cli.ui.progress import watching

        self.works = True
        mode = effective_progress(self.options.progress, os.environ, self.console.err)
        return watching(self.console, self.translator, mode)
