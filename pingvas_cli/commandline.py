"""Commands made from functions: lazily, in one language, with the options every command takes.

Typer reads the signatures; pages, mistakes and values are ours, so that they are translated and
that a short command stays short.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from pingvas_cli.errors import Message, UsageError, msg
from pingvas_cli.global_options import global_options
from pingvas_cli.messages import Translator
from pingvas_cli.values import PlainArgument, PlainOption

Contents = Mapping[str, "str | Contents"]
_SETTINGS = {"help_option_names": ["--help", "-h"]}


class Command(TyperCommand):
    """A command whose page and whose complaints are ours."""

    builder: Builder
    path: tuple[str, ...]
    own_params: tuple[Any, ...] = ()

    def get_help(self, ctx: Any) -> str:
        """The help page of this command."""
        from pingvas_cli.help.page import command_page

        return command_page(self, self.builder.translator)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words; what is left over is a mistake."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise UsageError(
                "cli.extra_argument",
                where=ctx.command_path,
                path=ctx.command_path,
                value=" ".join(rest),
            )
        return rest


class Group(TyperGroup):
    """A group whose commands are built when they are asked for."""

    builder: Builder
    path: tuple[str, ...]
    contents: Contents
    own_params: tuple[Any, ...] = ()

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the table's order."""
        return list(self.contents)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Build the command of this name, or say that there is none."""
        target = self.contents.get(cmd_name)
        return None if target is None else self.builder.entry((*self.path, cmd_name), target)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command; a misspelt one is answered with the nearest."""
        if args[0] not in self.contents and not ctx.resilient_parsing:
            raise self._unknown(ctx.command_path, args[0])
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command of the group; without one, show what there is."""
        if not (ctx.args or ctx._protected_args):  # noqa: SLF001
            typer.echo(self.get_help(ctx))
            return None
        return super().invoke(ctx)

    def get_help(self, ctx: Any) -> str:
        """The help page of this group."""
        from pingvas_cli.help.page import group_page

        return group_page(self, self.builder.translator)

    def _unknown(self, path: str, name: str) -> UsageError:
        near = get_close_matches(name, list(self.contents), n=1, cutoff=0.5)
        hint = msg("cli.did_you_mean", name=near[0]) if near else msg("cli.see_help", path=path)
        return UsageError("cli.no_such_command", where=path, name=name, hint=hint)


@dataclass(frozen=True)
class Builder:
    """Makes the commands in one language."""

    language: str

    @cached_property
    def translator(self) -> Translator:
        return Translator(self.language)

    def entry(self, path: tuple[str, ...], target: str | Contents) -> Command | Group:
        """One line of the table: a command's function, or a group's own table."""
        if isinstance(target, str):
            return self.command(path, target)
        return self.group(path[-1], path, target)

    def group(self, name: str, path: tuple[str, ...], contents: Contents) -> Group:
        """A group; the outermost one has the path ()."""
        made = Group(name=name, rich_markup_mode=None, context_settings=dict(_SETTINGS))
        made.params = list(self.shared)
        made.builder, made.path, made.contents = self, path, contents
        made.short_help = self.summary(path)
        return made

    def command(self, path: tuple[str, ...], target: str) -> Command:
        """A command from `module:function`."""
        module, _, function = target.partition(":")
        callback = getattr(import_module(f"pingvas_cli.commands.{module}"), function)
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(path[-1], cls=Command, help="", context_settings=dict(_SETTINGS))(callback)
        made = get_command(app)
        if not isinstance(made, Command):
            raise TypeError(target)
        made.builder, made.path = self, path
        made.own_params = tuple(self._plain(param) for param in made.params)
        made.params = [*made.own_params, *self.shared]
        made.short_help = self.summary(path)
        return made

    def summary(self, path: Sequence[str]) -> str:
        """The first line of a command's words."""
        return self.words(path).partition("\n")[0]

    def words(self, path: Sequence[str]) -> str:
        """What the page of a command says above its options."""
        name = "_".join(path).replace("-", "_") or "pingvas"
        return self.translator.text(Message(f"cli.{name}"))

    @cached_property
    def shared(self) -> tuple[Any, ...]:
        """The options that every command takes."""
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command()(global_options)
        params = get_command(app).params
        for param in params:
            param.expose_value = False
        return tuple(self._plain(param) for param in params)

    def _plain(self, param: Any) -> Any:
        """The same parameter with its help in our language and its values read by us."""
        if isinstance(param, TyperOption):
            param.__class__ = PlainOption
        elif isinstance(param, TyperArgument):
            param.__class__ = PlainArgument
        if param.help:
            param.help = self.translator.text(Message(param.help))
        return param
