"""Every relative link and picture of every document leads to a file, and to a heading in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, documents, headings, links


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    assert not [target for target in links(path) if not _leads_somewhere(path, target)]


def test_every_page_written_by_hand_can_be_found() -> None:
    """From the front page, link by link."""
    start = ROOT / "README.md"
    seen: set[Path] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here in seen or here.suffix != ".md" or not here.exists():
            continue
        seen.add(here)
        waiting += [_file(here, target) for target in links(here)]
    by_hand = set((ROOT / "docs").rglob("*.md")) | {ROOT / "CONTRIBUTING.md"}
    assert not sorted(by_hand - seen)


def _leads_somewhere(path: Path, target: str) -> bool:
    file = _file(path, target)
    anchor = target.partition("#")[2]
    if not file.exists():
        return False
    return not anchor or anchor in {
        _anchor(words) for _, words in headings(file.read_text("utf-8"))
    }


def _file(path: Path, target: str) -> Path:
    name = target.partition("#")[0]
    return (path.parent / name).resolve() if name else path


def _anchor(words: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", words.lower())
    return kept.replace(" ", "-")
