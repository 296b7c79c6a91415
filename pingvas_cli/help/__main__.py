"""Write every help page: `python -m pingvas_cli.help`."""

from __future__ import annotations

from pathlib import Path

from pingvas_cli.help.pages import written_pages


def main() -> None:
    """Write what is new and remove the pages of commands that are gone."""
    folder = Path(__file__).parent
    pages = written_pages()
    for old in folder.glob("*/*.txt"):
        if str(old.relative_to(folder)) not in pages:
            old.unlink()
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
