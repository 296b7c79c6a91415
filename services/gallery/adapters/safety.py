"""What is public, by rules: the verdict on record, and words that the operator refuses.

No model looks at pictures here. A picture without a verdict stays private, unless the operator
says otherwise (PINGVAS_SHARE_UNCHECKED); one that was found unsafe stays private in any case.
"""

import re
import unicodedata
from collections.abc import Iterable

from services.gallery.ports.safety import Candidate, Safety


class SafetyRules:
    """Refuses words as whole words in scripts with spaces, and anywhere in those without."""

    def __init__(self, refused_words: Iterable[str], *, allow_unchecked: bool) -> None:
        words = [_plain(word) for word in refused_words]
        patterns = [rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" for word in words if word]
        self._refused = re.compile("|".join(patterns)) if patterns else None
        self._allow_unchecked = allow_unchecked

    def allows(self, candidate: Candidate) -> bool:
        """May everybody see it?"""
        if candidate.safety is Safety.UNSAFE or self._is_refused(candidate):
            return False
        return candidate.safety is Safety.SAFE or self._allow_unchecked

    def _is_refused(self, candidate: Candidate) -> bool:
        if self._refused is None:
            return False
        texts = (candidate.prompt, *candidate.tags)
        return any(self._refused.search(_plain(text)) for text in texts)


def _plain(text: str) -> str:
    """Without case, width, accents and invisible characters, which would hide a word."""
    taken_apart = unicodedata.normalize("NFKD", text).casefold()
    kept = (each for each in taken_apart if unicodedata.category(each) not in {"Mn", "Cf"})
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))
