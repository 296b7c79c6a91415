"""The table of the inventory: complete, and every name in it is one of something there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache

import pytest

from docs.generators.errors import catalogue
from docs.inventory.item import Item
from docs.inventory.items import CORRECTIONS, INVENTORY, ITEMS, planned
from docs.inventory.manifests import of_manifests
from docs.inventory.runs import cited, runs
from tests.docs.markdown import ROOT

COVERED = (*range(4, 22), *range(29, 46), *range(51, 58), *range(88, 97), 98)
CODES = {"P": 13, "N": 14, "D": 13, "G": 5, "M": 10}
# What has no test says that it is not there.
LACKING = ("not rendered yet.", "not exist yet; the sizes that cost are here.")
each_item = pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)


@cache
def functions(file: str) -> frozenset[str]:
    """Names of the functions of a Python file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


def is_there(test: str) -> bool:
    """Whether a named test or code exists."""
    file, _, function = test.partition("::")
    if function:
        return (ROOT / file).exists() and function in functions(file)
    return test in runs() if "/" in test else test in catalogue("en")


def named_tests(item: Item) -> Iterator[str]:
    yield from (run for run in runs() if item.key in cited(run))
    yield from item.held_by
    yield from of_manifests(item.key)


def test_every_item_and_correction_is_there_once() -> None:
    keys = [item.key for item in INVENTORY]
    assert set(map(str, COVERED)) <= set(keys)
    assert keys == sorted(set(keys), key=int)
    codes = [f"{letter}{n}" for letter, last in CODES.items() for n in range(1, last + 1)]
    assert [item.key for item in CORRECTIONS] == codes


@each_item
def test_it_stands_somewhere_and_is_tested(item: Item) -> None:
    assert item.what
    assert item.made or item.elsewhere
    assert list(named_tests(item)) or item.elsewhere.endswith(LACKING)
    assert list(named_tests(item)) or not item.made


@each_item
def test_every_test_that_it_names_exists(item: Item) -> None:
    assert [each for each in (*item.held_by, *of_manifests(item.key)) if not is_there(each)] == []


@each_item
def test_every_address_that_it_names_is_planned(item: Item) -> None:
    default, both = planned()["default"], planned()["two-region"]
    assert [one for one in item.made if not _fits(one, default)] == []
    assert [one for one in item.second_region if not _fits(one, both) or _fits(one, default)] == []


def test_every_planned_resource_stands_for_something() -> None:
    lost = [one for one in planned()["default"] if not any(item.names(one) for item in ITEMS)]
    assert lost == []


def test_everything_that_a_run_cites_is_a_row() -> None:
    keys = {item.key for item in ITEMS}
    assert [(run, key) for run in runs() for key in cited(run) if key not in keys] == []


@pytest.mark.parametrize(
    ("label", "keys"),
    [
        ("inventory_13_n3_n4_only_named_groups", ("13", "N3", "N4")),
        ("inventory_18_to_20_28_nodes_join", ("18", "19", "20", "28")),
        ("d10_inventory_96_primary", ("D10", "96")),
        ("n7_tls_1_3_in_front", ("N7",)),
        ("d1_refuses_15_4", ("D1",)),
        ("n3_inventory_41_only_prod_publishes_checkpoints", ("N3", "41")),
        ("refuses_seven_nodes", ()),
    ],
)
def test_labels_cite_what_they_begin_with(label: str, keys: tuple[str, ...]) -> None:
    assert cited(f"module/{label}") == keys


def _fits(pattern: str, addresses: object) -> bool:
    assert isinstance(addresses, dict)
    return any(fnmatchcase(address, pattern) for address in addresses)
