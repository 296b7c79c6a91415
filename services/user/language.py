"""The languages that mails are written in, and which of them a browser would like."""

from __future__ import annotations

from typing import Literal, get_args

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT: Language = "en"


def preferred(accept_language: str) -> Language:
    """The best of our languages for an Accept-Language header (RFC 9110); else English."""
    ranked = sorted(_ranges(accept_language), key=lambda ranked: -ranked[1])
    for name, quality in ranked:
        for language in LANGUAGES:
            if quality > 0 and name.split("-")[0] == language:
                return language
    return DEFAULT


def _ranges(header: str) -> list[tuple[str, float]]:
    found = []
    for part in header[:300].split(","):
        name, _, quality = part.strip().lower().partition(";q=")
        try:
            found.append((name.strip(), float(quality or 1)))
        except ValueError:
            continue
    return found
