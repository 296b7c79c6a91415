"""Write or check the reference: `python -m docs.generate --write` or `--check` (the default).

Everything below `docs/reference` is generated, so the folder holds exactly these pages.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from docs.generators import (
    api,
    commands,
    configuration,
    errors,
    index,
    inventory,
    prices,
    problems,
    skips,
)

FOLDER: Final = Path(__file__).parent / "reference"
PARTS: Final = (index, commands, configuration, errors, api, problems, prices, inventory, skips)


def pages() -> dict[str, str]:
    """Every page by its path below the folder."""
    return {path: text for part in PARTS for path, text in part.pages().items()}


def differences() -> list[str]:
    """Paths of pages that are missing, out of date or left over."""
    wanted = pages()
    found = {str(path.relative_to(FOLDER)): path for path in FOLDER.rglob("*") if path.is_file()}
    stale = [name for name, text in wanted.items() if _read(found.get(name)) != text]
    return sorted([*stale, *(found.keys() - wanted.keys())])


def write() -> None:
    """Bring the folder up to date and remove what is left over."""
    wanted = pages()
    for name in differences():
        path = FOLDER / name
        if name not in wanted:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[name], encoding="utf-8")


def main(arguments: list[str]) -> int:
    """The exit code: 1 when the check finds a difference, 2 for an unknown argument."""
    if arguments == ["--write"]:
        write()
        return 0
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m docs.generate [--write | --check]\n")
        return 2
    found = differences()
    for name in found:
        sys.stderr.write(f"docs/reference/{name} is not what would be generated\n")
    if found:
        sys.stderr.write("run: python -m docs.generate --write\n")
    return 1 if found else 0


def _read(path: Path | None) -> str | None:
    return path.read_text(encoding="utf-8") if path else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
