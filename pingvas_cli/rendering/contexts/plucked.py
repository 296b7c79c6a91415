"""Takes named values out of a section, as plain data that JSON can carry."""

from __future__ import annotations

from pingvas_cli.config.section import Section
from pingvas_cli.config.tree import plain

Values = dict[str, object]


def plucked(section: Section, *keys: str) -> Values:
    """These keys of `section` with their plain values; AttributeError for one it does not have."""
    return {key: plain(getattr(section, key)) for key in keys}
