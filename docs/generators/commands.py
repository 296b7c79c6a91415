"""One page per command, from the help pages that `--help` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from docs.generators.markdown import fenced, page, table
from pingvas_cli.errors import Exit
from pingvas_cli.help.pages import written_pages

ROOT: Final = "pingvas"
MEANINGS: Final[Mapping[Exit, str]] = {
    Exit.DONE: "Done.",
    Exit.FAILED: "Failed; the message says why. `pingvas status`: something is not healthy.",
    Exit.USAGE: "The command line or the configuration is wrong; nothing was started.",
    Exit.REFUSED: "Refused: by a lock, by the record, or because nobody said yes.",
    Exit.WAITING: "Still waiting, as `pingvas queue drain` for jobs that run.",
    Exit.DRIFT: "Differences found, as by `pingvas dev reconcile`.",
    Exit.INTERRUPTED: "Interrupted (Ctrl-C). The same command picks the work up again.",
}


def pages() -> dict[str, str]:
    """The pages of all commands, and their list."""
    help_pages = written_pages()
    names = [key.removeprefix("en/").removesuffix(".txt") for key in help_pages if key[:2] == "en"]
    written = {f"cli/{file_name(name)}": _command(name, help_pages) for name in names}
    return {"cli/index.md": _index(names, help_pages), **written}


def file_name(name: str) -> str:
    """`pingvas.release.build` is `release.build.md`; the outermost one is `pingvas.md`."""
    return f"{name.removeprefix(f'{ROOT}.')}.md"


def _command(name: str, help_pages: Mapping[str, str]) -> str:
    return page(
        f"`{name.replace('.', ' ')}`",
        fenced(help_pages[f"en/{name}.txt"]),
        "## 한국어",
        fenced(help_pages[f"ko/{name}.txt"]),
        "[All commands](index.md)",
    )


def _index(names: list[str], help_pages: Mapping[str, str]) -> str:
    rows = [
        (f"[`{name.replace('.', ' ')}`]({file_name(name)})", _summary(help_pages[f"en/{name}.txt"]))
        for name in names
    ]
    codes = [(str(int(code)), meaning) for code, meaning in MEANINGS.items()]
    return page(
        "Commands",
        "Data goes to stdout, everything else to stderr.",
        table(("command", "what it does"), rows),
        "## Exit codes",
        table(("code", "meaning"), codes),
    )


def _summary(text: str) -> str:
    """The first sentence below the usage line."""
    return text.split("\n\n")[1].strip().replace("\n ", "")
