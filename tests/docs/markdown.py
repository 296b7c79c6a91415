"""The project's Markdown files and what the tests read in them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE: Final = re.compile(r"(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")
LINK: Final = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING: Final = re.compile(r"^(#+) (.+)$", re.MULTILINE)
OTHERS: Final = frozenset({"node_modules", "build", "dist"})


def documents() -> list[Path]:
    """Every Markdown file of the project, hidden folders left out."""
    return [path for path in sorted(ROOT.rglob("*.md")) if _is_ours(path)]


def text_of(name: str) -> str:
    """A file by its path from the project's folder."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[tuple[str, str]]:
    """The fenced blocks: language and content."""
    return FENCE.findall(text)


def links(path: Path) -> list[str]:
    """Targets of links and pictures outside code; addresses of the web left out."""
    prose = CODE.sub("", FENCE.sub("", path.read_text(encoding="utf-8")))
    return [target for target in LINK.findall(prose) if "://" not in target]


def headings(text: str) -> list[tuple[str, str]]:
    """Level and words of each heading outside fenced blocks."""
    return HEADING.findall(FENCE.sub("", text))


def _is_ours(path: Path) -> bool:
    folders = path.relative_to(ROOT).parts[:-1]
    return not any(name.startswith(".") or name in OTHERS for name in folders)
