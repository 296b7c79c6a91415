"""Commands and groups whose pages, complaints and values are ours.

Typer reads the functions' signatures; what people see is replaced here, so that it is translated
and that a short command loads little.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Protocol

from typer.core import TyperCommand, TyperGroup, TyperOption

from pingvas_cli.errors import UsageError, msg
from pingvas_cli.messages import Translator
from pingvas_cli.parser import Context, names_a_command, naming_the_command
from pingvas_cli.ui.console import write
from pingvas_cli.values import PlainOption, Shown

Contents = Mapping[str, "str | Contents"]
Path = tuple[str, ...]


class Builder(Protocol):
    """What a command needs of its maker: the words, and the commands below it."""

    @property
    def translator(self) -> Translator: ...
    def entry(self, path: Path, target: str | Contents) -> Command | Group: ...
    def words(self, path: Sequence[str]) -> str: ...
    def summary(self, path: Sequence[str]) -> str: ...


class Command(TyperCommand):
    """A command from a function."""

    builder: Builder
    path: Path
    own_params: tuple[Shown, ...] = ()

    def get_help(self, ctx: Context) -> str:
        """The help page of this command."""
        from pingvas_cli.help.page import command_page

        return command_page(self, self.builder.translator)

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """`--help`, read without pydantic like every other option."""
        return _plain(super().get_help_option(ctx))

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read the words; what is left over is a mistake."""
        ctx.allow_extra_args = True
        with naming_the_command(ctx):
            rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            path, value = ctx.command_path, " ".join(rest)
            raise UsageError("cli.extra_argument", where=path, path=path, value=value)
        return rest


class Group(TyperGroup):
    """A group whose commands are built when they are asked for."""

    builder: Builder
    path: Path
    contents: Contents
    shared: tuple[Shown, ...] = ()

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read the options in front of the command's name."""
        with naming_the_command(ctx):
            return super().parse_args(ctx, args)

    def list_commands(self, ctx: Context) -> list[str]:
        """The names, in the table's order."""
        return list(self.contents)

    def get_command(
        self,
        ctx: Context,
        cmd_name: str,
    ) -> Command | Group | None:
        """Build the command of this name, or say that there is none."""
        target = self.contents.get(cmd_name)
        return None if target is None else self.builder.entry((*self.path, cmd_name), target)

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | Group | None, list[str]]:
        """Find the command; a misspelt one is answered with the nearest."""
        name, *rest = args
        command = self.get_command(ctx, name)
        if command is None and not ctx.resilient_parsing:
            raise self._unknown(ctx.command_path, name)
        return name, command, rest

    def invoke(self, ctx: Context) -> object:
        """Run the command of the group; without one, show what there is."""
        if names_a_command(ctx):
            return super().invoke(ctx)
        write(sys.stdout, f"{self.get_help(ctx)}\n")
        return None

    def get_help(self, ctx: Context) -> str:
        """The help page of this group."""
        from pingvas_cli.help.page import group_page

        return group_page(self, self.builder.translator)

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """`--help`, read without pydantic like every other option."""
        return _plain(super().get_help_option(ctx))

    def _unknown(self, path: str, name: str) -> UsageError:
        near = get_close_matches(name, list(self.contents), n=1, cutoff=0.5)
        hint = msg("cli.did_you_mean", name=near[0]) if near else msg("cli.see_help", path=path)
        return UsageError("cli.no_such_command", where=path, name=name, hint=hint)


def _plain(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.__class__ = PlainOption
    return option
