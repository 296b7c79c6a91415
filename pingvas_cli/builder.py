"""Makes commands from functions: lazily, in one language, with the options every command takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

import typer
from typer.core import TyperArgument, TyperOption
from typer.main import get_command

from pingvas_cli.commandline import Command, Contents, Group, Path
from pingvas_cli.errors import Message
from pingvas_cli.global_options import global_options, version_option
from pingvas_cli.messages import Translator
from pingvas_cli.parser import Parameter
from pingvas_cli.values import PlainArgument, PlainOption, Shown

HELP_NAMES = {"help_option_names": ["--help", "-h"]}


@dataclass(frozen=True)
class CommandBuilder:
    """Makes the commands in one language."""

    language: str
    package: str = "pingvas_cli.commands"

    @cached_property
    def translator(self) -> Translator:
        return Translator(self.language)

    def entry(self, path: Path, target: str | Contents) -> Command | Group:
        """One line of the table: a command's function, or a group's own table."""
        return self.command(path, target) if isinstance(target, str) else self.group(path, target)

    def group(self, path: Path, contents: Contents) -> Group:
        """A group; the outermost one has the path ()."""
        name = (path or ("pingvas",))[-1]
        made = Group(name=name, rich_markup_mode=None, context_settings=dict(HELP_NAMES))
        made.shared = self.shared if path else (*self.shared, *self._params(version_option))
        made.params = list(made.shared)
        made.builder, made.path, made.contents = self, path, contents
        return made

    def command(self, path: Path, target: str) -> Command:
        """A command from `module:function`."""
        module, _, function = target.partition(":")
        callback = getattr(import_module(f"{self.package}.{module}"), function)
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(path[-1], cls=Command, help="", context_settings=dict(HELP_NAMES))(callback)
        made = get_command(app)
        if not isinstance(made, Command):
            raise TypeError(target)
        made.builder, made.path = self, path
        made.own_params = tuple(self._ours(param) for param in made.params)
        made.params = [*made.own_params, *self.shared]
        return made

    def summary(self, path: Sequence[str]) -> str:
        """The first line of a command's words."""
        return self.words(path).partition("\n")[0]

    def words(self, path: Sequence[str]) -> str:
        """What the page of a command says above its options."""
        return self.translator.text(Message(words_key(path)))

    @cached_property
    def shared(self) -> tuple[Shown, ...]:
        """The options that every command takes."""
        return self._params(global_options)

    def _params(self, signature: Callable[..., None]) -> tuple[Shown, ...]:
        """The parameters of a signature, none of which is passed to the command's function."""
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command()(signature)
        params = tuple(self._ours(param) for param in get_command(app).params)
        for param in params:
            param.expose_value = False
        return params

    def _ours(self, param: Parameter) -> Shown:
        """The same parameter with its help in our language and its values read by us."""
        if isinstance(param, TyperOption):
            param.__class__ = PlainOption
        elif isinstance(param, TyperArgument):
            param.__class__ = PlainArgument
        else:
            raise TypeError(param)
        param.help = self._translated(param.help)
        return param

    def _translated(self, key: str | None) -> str | None:
        return self.translator.text(Message(key)) if key else None


def words_key(path: Sequence[str]) -> str:
    """The catalogue key of a command's words: `cli.release_build`."""
    return "cli." + ("_".join(path).replace("-", "_") or "pingvas")
