"""A help page as text of a fixed width, so that a written page is right in every terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from typer.core import TyperArgument, TyperOption

from pingvas_cli.errors import Message, msg
from pingvas_cli.messages import Translator
from pingvas_cli.ui import cells
from pingvas_cli.values import Shown, choices, label

if TYPE_CHECKING:
    from pingvas_cli.commandline import Command, Group

WIDTH: Final = 80
WIDEST_TERM: Final = 26
Row = tuple[str, str]


def command_page(command: Command, translator: Translator) -> str:
    """The page of one command."""
    arguments = [param for param in command.own_params if isinstance(param, TyperArgument)]
    options = [param for param in command.own_params if isinstance(param, TyperOption)]
    shown = [param for param in options if not param.hidden]
    pieces = [translator.text(msg("cli.help_placeholder_options")), *map(_usage_piece, arguments)]
    return _page(
        _usage(command.path, pieces, translator),
        _paragraphs(command.builder.words(command.path)),
        _section(
            msg("cli.help_arguments"), [_row(item, translator) for item in arguments], translator
        ),
        _section(msg("cli.help_options"), [_row(item, translator) for item in shown], translator),
        translator.text(msg("cli.help_more")),
    )


def group_page(group: Group, translator: Translator) -> str:
    """The page of a group; the outermost one also lists the options every command takes."""
    options = translator.text(msg("cli.help_placeholder_options"))
    pieces = [options, translator.text(msg("cli.help_placeholder_command"))]
    commands = [(name, group.builder.summary((*group.path, name))) for name in group.contents]
    path = " ".join(["pingvas", *group.path])
    return _page(
        _usage(group.path, pieces, translator),
        _paragraphs(group.builder.words(group.path)),
        _section(msg("cli.help_commands"), commands, translator),
        translator.text(msg("cli.help_each", path=path)),
        translator.text(msg("cli.help_more")) if group.path else _globals(group, translator),
    )


def _page(*blocks: str) -> str:
    return "\n\n".join(block for block in blocks if block)


def _globals(group: Group, translator: Translator) -> str:
    rows = [_row(param, translator) for param in group.shared]
    rows.append(("-h, --help", translator.text(msg("cli.help_help"))))
    section = _section(msg("cli.help_global_options"), rows, translator)
    return f"{section}\n\n{translator.text(msg('cli.help_variables'))}"


def _usage(path: Sequence[str], pieces: Iterable[str], translator: Translator) -> str:
    usage = translator.text(msg("cli.help_usage"))
    return " ".join([usage, "pingvas", *path, *pieces])


def _usage_piece(argument: TyperArgument) -> str:
    name = label(argument) + ("..." if argument.nargs != 1 else "")
    return name if argument.required else f"[{name}]"


def _paragraphs(words: str) -> str:
    blocks = ["\n".join(cells.wrap(block, WIDTH - 2)) for block in words.split("\n\n")]
    return "\n\n".join(f"  {block}".replace("\n", "\n  ") for block in blocks)


def _section(title: Message, rows: Sequence[Row], translator: Translator) -> str:
    if not rows:
        return ""
    terms = [cells.width(term) for term, _ in rows]
    column = max(size for size in terms if size <= WIDEST_TERM or size == min(terms)) + 4
    lines = [translator.text(title)]
    for term, text in rows:
        lines += _row_lines(term, text, column)
    return "\n".join(lines)


def _row_lines(term: str, text: str, column: int) -> list[str]:
    """A term and its text beside it, or below it when the term is too wide."""
    head = f"  {term}"
    body = cells.wrap(text, WIDTH - column) or [""]
    blank = " " * column
    if cells.width(head) + 2 > column:
        return [head, *[blank + line for line in body]]
    first = cells.pad(head, column) + body[0]
    return [first.rstrip(), *[blank + line for line in body[1:]]]


def _row(param: Shown, translator: Translator) -> Row:
    term = label(param) if isinstance(param, TyperArgument) else _option_term(param)
    notes = (_choices(param), _default(param, translator), _required(param, translator))
    extra = [part for part in notes if part]
    note = f" [{'; '.join(extra)}]" if extra else ""
    return term, f"{param.help or ''}{note}".strip()


def _option_term(option: TyperOption) -> str:
    names = ", ".join([*sorted(option.opts, key=len), *option.secondary_opts])
    return names if option.is_flag else f"{names} {_value_name(option)}"


def _value_name(option: TyperOption) -> str:
    return option.metavar or str(option.name).upper()


def _choices(param: Shown) -> str:
    return "|".join(choices(param.type_descriptor.annotation))


def _default(param: Shown, translator: Translator) -> str:
    value = param.default
    if not param.show_default or value in (None, "", False) or callable(value) or value == []:
        return ""
    shown = getattr(value, "value", value)
    return translator.text(msg("cli.help_default", value=shown))


def _required(param: Shown, translator: Translator) -> str:
    needed = param.required and isinstance(param, TyperOption)
    return translator.text(msg("cli.help_required")) if needed else ""
