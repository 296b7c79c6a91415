"""Jinja as rendering uses it: other delimiters, nothing undefined, compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from pingvas_cli.rendering.environment import cache_folder, environment


def rendered(folder: Path, text: str, cache: Path | None = None, **names: object) -> str:
    (folder / "one.j2").write_text(text)
    return environment(folder, cache).get_template("one.j2").render(**names)


def test_braces_belong_to_others(tmp_path: Path) -> None:
    text = "${{ secrets.X }} {{ .Values }} {% raw %} {# no comment #} [[ name ]]\n"
    expected = "${{ secrets.X }} {{ .Values }} {% raw %} {# no comment #} <a & b>\n"
    assert rendered(tmp_path, text, name="<a & b>") == expected


@pytest.mark.parametrize(
    "text", ["[[ nobody ]]", "[[ root.nothing ]]", "[% if nobody %]x[% endif %]"]
)
def test_an_undefined_name_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(UndefinedError):
        rendered(tmp_path, text, root=object())


def test_a_line_with_a_block_alone_leaves_no_line(tmp_path: Path) -> None:
    assert rendered(tmp_path, "a\n  [% if on %]\nb\n  [% endif %]\nc\n", on=True) == "a\nb\nc\n"


def test_a_changed_template_is_compiled_again(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    assert rendered(tmp_path, "[[ x ]] one", cache, x=1) == "1 one"
    assert any(cache.iterdir())
    assert rendered(tmp_path, "[[ x ]] two", cache, x=1) == "1 two"


def test_the_cache_is_ours_alone_or_there_is_none(tmp_path: Path) -> None:
    folder = cache_folder({"XDG_CACHE_HOME": str(tmp_path)})
    assert folder is not None
    assert folder.stat().st_mode & 0o777 == 0o700
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert cache_folder({"XDG_CACHE_HOME": str(blocked)}) is None
