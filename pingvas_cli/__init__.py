"""The command `pingvas`: answers what is written down already, and hands the rest to `main`.

`--version` and every `--help` are files of this package. This file must import nothing that the
interpreter has not loaded already, because its time is the time of those answers.
"""

import os
import sys


def main() -> None:
    """The console script."""
    _open_missing_streams()
    arguments = sys.argv[1:]
    answer = _written_answer(arguments)
    if answer is None:
        _run(arguments)
        return
    try:
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        from pingvas_cli.main import output_failed

        sys.exit(output_failed(error, arguments))


def _open_missing_streams() -> None:
    """A stream that the caller closed (`>&-`) leads nowhere, also for the processes we start."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(nowhere, True)
            setattr(sys, name, open(nowhere, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _run(arguments: list[str]) -> None:
    """Run a command and end the process."""
    import gc

    gc.set_threshold(200_000, 50, 100)  # what a start makes stays: a search of it finds nothing
    from pingvas_cli.main import run

    code = run(arguments)
    gc.freeze()  # the interpreter's last collection would visit every object for nothing: 35 ms
    sys.exit(code)


def _written_answer(arguments: list[str]) -> bytes | None:
    """The shipped text that answers these words exactly, or None."""
    if "_PINGVAS_COMPLETE" in os.environ:
        return None
    words = _without_language(arguments)
    if words == ["--version"]:
        from pingvas_cli._version import VERSION

        return f"pingvas {VERSION}\n".encode()
    if words and words[-1] in ("--help", "-h"):
        return _help_page(words[:-1], arguments)
    return _help_page([], arguments) if not words else None


def _without_language(arguments: list[str]) -> list[str]:
    words = []
    skip = False
    for argument in arguments:
        if skip or argument.startswith("--lang="):
            skip = False
        elif argument == "--lang":
            skip = True
        else:
            words.append(argument)
    return words


def _help_page(path: list[str], arguments: list[str]) -> bytes | None:
    """`help/<language>/<command>.<subcommand>.txt`, when it is there."""
    from pingvas_cli.language import asks_for_unknown, choose

    plain = all(word.replace("-", "").isalnum() and word[0] != "-" for word in path)
    if not plain or asks_for_unknown(arguments):
        return None
    name = ".".join(["pingvas", *path])
    file = f"{__path__[0]}/help/{choose(arguments, os.environ)}/{name}.txt"
    try:
        with open(file, "rb") as page:  # noqa: PTH123 - pathlib costs more than this whole command
            return page.read()
    except OSError:
        return None
