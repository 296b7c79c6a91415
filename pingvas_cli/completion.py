"""Answers a shell that asks what could come next; the scripts in `completions/` do the asking.

The words so far arrive as the command line with `_PINGVAS_COMPLETE` naming the shell. Answers are
one per line; `:files` leaves the answer to the shell.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from typer.core import TyperArgument, TyperOption

from pingvas_cli.commandline import Command, Group
from pingvas_cli.errors import UsageError, msg
from pingvas_cli.language import option_value
from pingvas_cli.parser import Context
from pingvas_cli.paths import expanded
from pingvas_cli.session import Session

FILES: Final = ":files"


@dataclass(frozen=True)
class Suggestion:
    """One word that could come next, and what it means."""

    word: str
    meaning: str = ""


def answer(group: Group, session: Session, words: Sequence[str], shell: str) -> str:
    """The lines for a shell; `words` ends with the one being typed."""
    *before, incomplete = words or [""]
    folder = option_value(before, "--state-dir") or os.environ.get("PINGVAS_STATE_DIR")
    if folder:
        with suppress(UsageError):
            session.choose(state_dir=expanded(folder, "--state-dir"))
    joined = [word for word in before if word != "="]
    found = suggestions(group, session, joined, "" if incomplete == "=" else incomplete)
    return "".join(f"{_line(item, shell)}\n" for item in found)


def suggestions(
    group: Group, session: Session, before: Sequence[str], incomplete: str
) -> list[Suggestion]:
    """What could stand where `incomplete` is being typed."""
    place = _Place(group)
    for word in before:
        place.take(word)
    found = place.suggest(session, incomplete)
    return [item for item in found if item.word.startswith(incomplete) or item.word == FILES]


@dataclass
class _Place:
    """How far the words so far lead into the command line."""

    node: Command | Group
    pending: Any = None
    arguments_taken: int = 0
    used: set[str] = field(default_factory=set)

    def take(self, word: str) -> None:
        """Go on by one word."""
        if self.pending is not None:
            self.pending = None
        elif word.startswith("-"):
            self._take_option(word)
        elif isinstance(self.node, Group):
            self.node = self.node.get_command(Context(self.node), word) or self.node
        else:
            self.arguments_taken += 1

    def _take_option(self, word: str) -> None:
        name, equals, _ = word.partition("=")
        option = self._option(name)
        if option is not None:
            self.used.add(option.name)
            self.pending = None if option.is_flag or equals else option

    def _option(self, name: str) -> Any:  # noqa: ANN401 - a parameter of Typer's or None
        options = (param for param in self.node.params if isinstance(param, TyperOption))
        return next((one for one in options if name in (*one.opts, *one.secondary_opts)), None)

    def suggest(self, session: Session, incomplete: str) -> list[Suggestion]:
        """Values of an option, names of options, commands, or values of an argument."""
        name, equals, value = incomplete.partition("=")
        if self.pending is not None:
            return list(self._values(self.pending, session, incomplete))
        if incomplete.startswith("-") and equals:
            found = self._values(self._option(name), session, value)
            return [Suggestion(f"{name}={item.word}", item.meaning) for item in found]
        if incomplete.startswith("-"):
            return list(self._names(session))
        if isinstance(self.node, Group):
            return list(self._commands(self.node))
        return list(self._values(self._argument(self.node), session, incomplete))

    def _names(self, session: Session) -> Iterator[Suggestion]:
        for param in self.node.params:
            again = param.name in self.used and not getattr(param, "multiple", False)
            if isinstance(param, TyperOption) and not param.hidden and not again:
                yield Suggestion(max(param.opts, key=len), param.help or "")
        yield Suggestion("--help", session.text(msg("cli.help_help")))

    def _commands(self, group: Group) -> Iterator[Suggestion]:
        for name in group.contents:
            yield Suggestion(name, group.builder.summary((*group.path, name)))

    def _argument(self, command: Command) -> Any:  # noqa: ANN401 - as above
        arguments = [one for one in command.own_params if isinstance(one, TyperArgument)]
        if arguments and arguments[-1].nargs == -1:
            return arguments[min(self.arguments_taken, len(arguments) - 1)]
        return dict(enumerate(arguments)).get(self.arguments_taken)

    def _values(self, param: Any, session: Session, incomplete: str) -> Iterator[Suggestion]:  # noqa: ANN401
        if param is None:
            return
        found = param.shell_complete(Context(self.node, obj=session), incomplete)
        yield from (Suggestion(item.value, item.help or "") for item in found)
        if not found and param.type_descriptor.annotation is Path:
            yield Suggestion(FILES)


def _line(item: Suggestion, shell: str) -> str:
    meaning = re.sub(r"\s+", " ", item.meaning)
    if item.word == FILES or not meaning or shell == "bash":
        return item.word.replace(":", r"\:") if shell == "zsh" and item.word != FILES else item.word
    if shell == "zsh":
        return f"{item.word.replace(':', chr(92) + ':')}:{meaning}"
    return f"{item.word}\t{meaning}"
