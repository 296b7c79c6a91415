"""Every pattern that text has to match is explained by an example that matches it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.patterns import EXAMPLES


def patterns(schema: object) -> Iterator[str]:
    """Each pattern of a JSON schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        yield from patterns(list(schema.values()))
    if isinstance(schema, list):
        yield from (found for each in schema for found in patterns(each))


def test_every_pattern_has_its_example() -> None:
    assert set(patterns(Configuration.model_json_schema())) == set(EXAMPLES)


@pytest.mark.parametrize("pattern", EXAMPLES)
def test_the_example_matches(pattern: str) -> None:
    assert re.search(pattern, EXAMPLES[pattern])
