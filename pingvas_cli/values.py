"""Words of the command line turned into Python values, each mistake in our one shape.

Typer would import pydantic for this, which costs more than most commands do; the few plain kinds
that commands use are read here instead. Anything else is a mistake of the command's author.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from typer.core import TyperArgument, TyperOption

from pingvas_cli.errors import Message, UsageError, msg

_TRUE = frozenset({"1", "true", "yes", "on", "y", "t"})
_FALSE = frozenset({"0", "false", "no", "off", "n", "f"})


def _process(self: Any, ctx: Any, value: Any) -> Any:
    """Read `value` as the annotation says; runs the parameter's own callback last."""
    annotation = self.type_descriptor.annotation
    value = _read_all(annotation, value, label(self))
    if self.required and value in (None, ()):
        path = ctx.command_path
        raise UsageError("cli.missing_parameter", where=path, path=path, name=label(self))
    return self.callback(ctx, self, value) if self.callback is not None else value


def _read_all(annotation: Any, value: Any, name: str) -> Any:
    if get_origin(annotation) is list:
        (kind,) = get_args(annotation)
        return tuple(read(kind, item, name) for item in value or ())
    return None if value is None else read(annotation, value, name)


class PlainOption(TyperOption):
    """An option whose value is read here; it adds no state, so an option can become one."""

    process_value = _process


class PlainArgument(TyperArgument):
    """An argument whose value is read here."""

    process_value = _process


def label(parameter: Any) -> str:
    """How a person writes the parameter: `--from`, or `NAME`."""
    if isinstance(parameter, TyperOption):
        return max(parameter.opts, key=len)
    return str(parameter.metavar or parameter.name).upper()


def choices(annotation: Any) -> tuple[str, ...]:
    """The words an enum or a Literal allows; nothing for every other kind."""
    if get_origin(annotation) is Literal:
        return tuple(str(choice) for choice in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(member.value) for member in annotation)
    return ()


def read(annotation: Any, value: Any, name: str) -> Any:
    """One value of a kind: text, flag, number, path, or one of several words."""
    allowed = choices(annotation)
    if allowed:
        return _choice(annotation, str(getattr(value, "value", value)), allowed, name)
    if not isinstance(value, str) and isinstance(value, annotation):
        return value
    try:
        return _READERS[annotation](value)
    except ValueError as error:
        wanted = msg(_WANTED[annotation])
        raise UsageError(
            "cli.bad_value", where=name, name=name, value=value, wanted=wanted
        ) from error


def _choice(annotation: Any, value: str, allowed: Sequence[str], name: str) -> Any:
    if value not in allowed:
        wanted = Message("cli.one_of", {"choices": ", ".join(allowed)})
        raise UsageError("cli.bad_value", where=name, name=name, value=value, wanted=wanted)
    return value if get_origin(annotation) is Literal else annotation(value)


def _flag(value: str) -> bool:
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ValueError(value)


_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    bool: _flag,
    int: int,
    float: float,
    Path: lambda value: Path(value).expanduser(),
}
_WANTED = {bool: "cli.a_flag", int: "cli.a_whole_number", float: "cli.a_number"}
