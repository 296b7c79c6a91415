"""Words of the command line turned into Python values, each mistake in our one shape.

Typer would import pydantic for this, which costs more than most commands do; the few plain kinds
that commands use are read here instead: text, flags, numbers, paths, enums, Literals, and lists
of these. Anything else is a mistake of the command's author.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Final, Literal, get_args, get_origin

from typer.core import TyperArgument, TyperOption

from pingvas_cli.errors import Message, UsageError, msg
from pingvas_cli.parser import Context, Parameter
from pingvas_cli.paths import expanded

_TRUE: Final = frozenset({"1", "true", "yes", "on", "y", "t"})
_FALSE: Final = frozenset({"0", "false", "no", "off", "n", "f"})


class PlainOption(TyperOption):
    """An option whose value is read here; it adds no state, so an option can become one."""

    def process_value(self, ctx: Context, value: object) -> object:
        """Read the value, then run the option's own callback."""
        return _process(self, self.type_descriptor.annotation, ctx, value)


class PlainArgument(TyperArgument):
    """An argument whose value is read here."""

    def process_value(self, ctx: Context, value: object) -> object:
        """Read the value, then run the argument's own callback."""
        return _process(self, self.type_descriptor.annotation, ctx, value)


Shown = TyperOption | TyperArgument


def _process(param: Parameter, annotation: object, ctx: Context, value: object) -> object:
    done = _read_all(annotation, value, label(param))
    _check_range(param, done)
    if param.required and done in (None, ()):
        path = ctx.command_path
        raise UsageError("cli.missing_parameter", where=path, path=path, name=label(param))
    return param.callback(ctx, param, done) if param.callback is not None else done


def _check_range(param: Parameter, value: object) -> None:
    if not isinstance(param, Shown) or not isinstance(value, int | float):
        return
    if param.min is not None and value < param.min:
        raise _bad_value(label(param), str(value), msg("cli.at_least", least=param.min))
    if param.max is not None and value > param.max:
        raise _bad_value(label(param), str(value), msg("cli.at_most", most=param.max))


def _read_all(annotation: object, value: object, name: str) -> object:
    if get_origin(annotation) is list:
        (kind,) = get_args(annotation)
        items = value if isinstance(value, Sequence) else ()
        return tuple(read(kind, item, name) for item in items)
    return None if value is None else read(annotation, value, name)


def label(param: Parameter) -> str:
    """How a person writes the parameter: `--from`, or `NAME`."""
    if isinstance(param, TyperOption):
        return max(param.opts, key=len)
    return str(param.metavar or param.name).upper()


def choices(annotation: object) -> tuple[str, ...]:
    """The words an enum or a Literal allows; nothing for every other kind."""
    if get_origin(annotation) is Literal:
        return tuple(str(choice) for choice in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(member.value) for member in annotation)
    return ()


def read(annotation: object, value: object, name: str) -> object:
    """One value of a kind; raises `cli.bad_value` with what would have been right."""
    allowed = choices(annotation)
    if allowed:
        return _choice(annotation, str(getattr(value, "value", value)), allowed, name)
    if not isinstance(value, str):
        return value
    if annotation is Path:
        return expanded(value, name)
    try:
        return _READERS[annotation](value)
    except ValueError as error:
        raise _bad_value(name, value, msg(_WANTED[annotation])) from error


def _choice(annotation: object, value: str, allowed: Sequence[str], name: str) -> object:
    if value not in allowed:
        raise _bad_value(name, value, msg("cli.one_of", choices=", ".join(allowed)))
    return annotation(value) if isinstance(annotation, type) else value


def _bad_value(name: str, value: str, wanted: Message) -> UsageError:
    return UsageError("cli.bad_value", where=name, name=name, value=value, wanted=wanted)


def _flag(value: str) -> bool:
    if value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    raise ValueError(value)


_READERS: Final[Mapping[object, Callable[[str], object]]] = {
    str: str,
    bool: _flag,
    int: int,
    float: float,
}
_WANTED: Final[Mapping[object, str]] = {
    bool: "cli.a_flag",
    int: "cli.a_whole_number",
    float: "cli.a_number",
}
