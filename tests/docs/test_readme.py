"""The front page begins with the two commands, and its Korean twin says the same."""

from __future__ import annotations

from tests.docs.markdown import blocks, headings, text_of

BEGINNING = """\
# pingvas

```sh
pip install -e '.[local]' && pingvas bootstrap      # the platform, dev and prod, on this machine
pip install nox && nox                              # lint, types, architecture, tests
```
"""
ENGLISH, KOREAN = text_of("README.md"), text_of("README.ko.md")


def test_it_begins_with_the_two_commands() -> None:
    assert ENGLISH.startswith(BEGINNING)
    assert KOREAN.startswith(BEGINNING)


def test_the_twins_lead_to_each_other_at_the_top() -> None:
    assert "(README.ko.md)" in ENGLISH.split("\n## ", maxsplit=1)[0]
    assert "(README.md)" in KOREAN.split("\n## ", maxsplit=1)[0]


def test_the_twins_have_the_same_sections_and_code() -> None:
    assert blocks(ENGLISH) == blocks(KOREAN)
    levels = [[level for level, _ in headings(text)] for text in (ENGLISH, KOREAN)]
    assert levels[0] == levels[1]


def test_the_twins_have_tables_of_the_same_shape() -> None:
    shapes = [
        [line.count("|") for line in text.splitlines() if line.startswith("|")]
        for text in (ENGLISH, KOREAN)
    ]
    assert shapes[0] == shapes[1]


def test_what_it_promises_about_telemetry_and_removal_is_there() -> None:
    assert "No telemetry" in ENGLISH
    assert "pingvas destroy" in ENGLISH
