"""The annotated examples: one per section, every key, the defaults, each key explained."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest
import yaml

from pingvas_cli.config import examples, shown
from pingvas_cli.config.configuration import SECTIONS, Configuration, section_kind
from pingvas_cli.config.tree import is_secret, leaves, plain

ROOM = Path(examples.__file__).parent / "reference"


def test_every_section_has_its_page_and_every_page_its_section() -> None:
    assert sorted(path.stem for path in ROOM.iterdir()) == sorted(SECTIONS)


@pytest.mark.parametrize("name", SECTIONS)
def test_a_page_holds_every_key_at_its_default(name: str) -> None:
    page = yaml.safe_load(examples.example(name))
    default = getattr(Configuration.model_construct(), name)
    assert list(page) == [name]
    assert section_kind(name).model_validate(page[name]) == default
    expected = plain(default)
    assert isinstance(expected, dict)
    keys = [path for path, _ in leaves(expected, (name,)) if not is_secret(path)]
    assert [path for path, _ in leaves(page)] == keys


@pytest.mark.parametrize("name", SECTIONS)
def test_a_page_explains_every_key(name: str) -> None:
    lines = examples.example(name).splitlines()
    for above, line in pairwise(lines):
        if not line.lstrip().startswith(("#", "- ")):
            assert above.lstrip().startswith("#"), line


def test_the_schema_is_2020_12_and_takes_the_pages() -> None:
    schema = json.loads(json.dumps(shown.schema()))
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    for name in SECTIONS:
        check.validate(yaml.safe_load(examples.example(name)))
    assert not check.is_valid({"local": {"port_ofset": 1}})
    assert not check.is_valid({"cluster": {"kubernetes_version": "1.28"}})


def test_the_starter_is_valid_and_so_is_all_that_it_comments_out() -> None:
    text = (ROOM.parent / "starter.yaml").read_text("utf-8")
    assert yaml.safe_load(text) is None
    head, _, body = text.partition("\n\n")
    assert head.startswith("#")
    tree = yaml.safe_load("\n".join(line.removeprefix("# ") for line in body.splitlines()))
    assert Configuration.model_validate(tree).platform.account_id == "123456789012"
