"""What may be public: the verdict on record, and words however they are written."""

import pytest

from services.gallery.adapters.safety import SafetyRules
from services.gallery.ports.safety import Candidate, Safety


@pytest.mark.parametrize(
    ("safety", "allow_unchecked", "is_allowed"),
    [
        (Safety.SAFE, False, True),
        (Safety.SAFE, True, True),
        (Safety.UNKNOWN, False, False),
        (Safety.UNKNOWN, True, True),
        (Safety.UNSAFE, False, False),
        (Safety.UNSAFE, True, False),
    ],
)
def test_the_verdict_counts(safety: Safety, allow_unchecked: bool, is_allowed: bool) -> None:
    rules = SafetyRules((), allow_unchecked=allow_unchecked)
    assert rules.allows(Candidate("a bird", (), safety)) is is_allowed


@pytest.mark.parametrize(
    "text",
    ["bad", "a BAD thing", "ｂａｄ", "b\u200bad", "bád", "bad.", "very  bad\nidea", "나쁜말이다"],
)
def test_refused_words_are_found(text: str) -> None:
    rules = SafetyRules(("Bad", "나쁜말", "very bad  idea"), allow_unchecked=True)
    assert not rules.allows(Candidate(text, (), Safety.SAFE))
    assert not rules.allows(Candidate("", (text,), Safety.SAFE))


@pytest.mark.parametrize("text", ["badger", "forbad3", "", "good", "b a d"])
def test_other_words_are_not(text: str) -> None:
    rules = SafetyRules(("bad",), allow_unchecked=True)
    assert rules.allows(Candidate(text, (text,), Safety.SAFE))
