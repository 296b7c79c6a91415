"""The edge: runs the command line and turns every ending into words and an exit code.

Everything a person sees about a failure is decided here, in one shape. A traceback appears with
`--debug` alone.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import typer

from pingvas_cli.app import build
from pingvas_cli.commandline import Group
from pingvas_cli.errors import Exit, Message, PingvasError
from pingvas_cli.language import choose, option_value
from pingvas_cli.session import GlobalOptions, Session
from pingvas_cli.ui.console import output_fails, silence, write
from pingvas_cli.ui.modes import ColorMode, OutputFormat

Choice = TypeVar("Choice", OutputFormat, ColorMode)


def run(arguments: Sequence[str], build: Callable[[str], Group] = build) -> int:
    """Run one command line and return its exit code; nothing is raised."""
    session = Session(first_options(arguments, os.environ))
    _forgive_narrow_encodings()
    try:
        code = _dispatch(build(session.options.lang), list(arguments), session)
        write(sys.stdout, "")
    except KeyboardInterrupt:
        if session.works:
            session.console.note(session.text(Message("cli.interrupted")))
        return Exit.INTERRUPTED
    except BrokenPipeError:
        return _pipe_closed()
    except Exception as error:  # noqa: BLE001 - the edge: whatever it is gets words and a code
        return _failed(error, session)
    return code


def output_failed(error: OSError, arguments: Sequence[str]) -> int:
    """Say that stdout takes nothing, where that showed before there was a session."""
    silence(sys.stdout)
    return _failed(output_fails(error), Session(first_options(arguments, os.environ)))


def first_options(arguments: Sequence[str], environ: Mapping[str, str]) -> GlobalOptions:
    """What a mistake in the command line itself is reported with: language, form, color, debug."""
    form = option_value(arguments, "-o", "--output") or environ.get("PINGVAS_OUTPUT", "")
    color = option_value(arguments, "--color") or environ.get("PINGVAS_COLOR", "")
    return GlobalOptions(
        lang=choose(arguments, environ),
        output=_known(OutputFormat.TABLE, form),
        color=_known(ColorMode.AUTO, color),
        debug="--debug" in arguments,
    )


def _known(default: Choice, value: str) -> Choice:
    return type(default)(value) if value in list(type(default)) else default


def _dispatch(group: Group, arguments: list[str], session: Session) -> int:
    """Read the command line and run its command."""
    shell = os.environ.get("_PINGVAS_COMPLETE")
    if shell:
        return _complete(group, session, arguments, shell)
    try:
        with group.make_context("pingvas", arguments, obj=session) as context:
            result = group.invoke(context)
    except typer.Exit as ending:
        return ending.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    return result if isinstance(result, int) else Exit.DONE


def _complete(group: Group, session: Session, arguments: list[str], shell: str) -> int:
    from pingvas_cli.completion import answer

    write(sys.stdout, answer(group, session, arguments, shell))
    return Exit.DONE


def _failed(error: Exception, session: Session) -> int:
    """Say what happened, in the one shape, and return the code that belongs to it."""
    from pingvas_cli.crash import as_internal_error
    from pingvas_cli.mistakes import as_usage_error
    from pingvas_cli.ui.diagnostics import report

    known = _known_error(error) or as_usage_error(error)
    shown = known or as_internal_error(error, _crash_folder(session))
    report(shown, session.console, session.translator, session.options.output)
    if session.options.debug:
        traceback.print_exception(error)
    return shown.exit_code


def _crash_folder(session: Session) -> Path:
    try:
        return session.state_folder
    except PingvasError:  # a second mistake, that must not hide the first
        import tempfile

        return Path(tempfile.gettempdir())


def _known_error(error: Exception) -> PingvasError | None:
    """Our own errors, a package of an extra that is missing, and the system's refusals."""
    if isinstance(error, PingvasError):
        return error
    if isinstance(error, ModuleNotFoundError) and not (error.name or "").startswith("pingvas_cli"):
        return PingvasError("cli.package_missing", where=error.name or "", package=error.name)
    if isinstance(error, OSError) and error.filename:
        path = os.fsdecode(error.filename)
        return PingvasError("cli.system_refuses", where=path, detail=error.strerror)
    return None


def _forgive_narrow_encodings() -> None:
    """A letter that the terminal's encoding lacks is shown as its number, not as a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _pipe_closed() -> int:
    """The reader went away (`| head`): nothing to say, and nothing more to write."""
    silence(sys.stdout)
    return Exit.DONE
