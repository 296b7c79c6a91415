"""What stands for each item of the inventory and each correction, and what is planned by type."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from docs.generators.markdown import code, page, table
from docs.inventory.item import Item
from docs.inventory.items import CORRECTIONS, INVENTORY, planned
from docs.inventory.manifests import of_manifests
from docs.inventory.runs import cited, runs
from pingvas_cli.doctor.checks import CHECKS
from tests.manifests.inventory import ELSEWHERE
from tests.manifests.inventory import INVENTORY as PROOFS

ABOUT: Final = """\
What AWS is asked for, by the items of the platform's inventory and by the corrections of it: the
resources of the default configuration's Terraform that stand for each, and the tests that hold
them to it. In an address `*` stands for any words. A test written `module: label` is a run of
`terraform test` in `templates/terraform/modules/`; one written as a file is pytest's; a code is
an error that [`pingvas validate`](cli/validate.md) or [`pingvas doctor`](cli/doctor.md) tells."""
MANIFESTS: Final = """\
What Kubernetes, Argo CD and GitHub are asked for in the default configuration: an overlay and its
object, and the tests that would fail without it. Items that no manifest answers say why."""
SECOND: Final = "with a second region:"


def pages() -> dict[str, str]:
    """The one page."""
    text = page(
        "Inventory",
        ABOUT,
        "## Items",
        _items(INVENTORY),
        "## Corrections",
        _items(CORRECTIONS),
        "## Manifests and workflows",
        MANIFESTS,
        _proofs(),
        "## Resources by type",
        _summary(),
        _types(),
    )
    return {"inventory.md": text}


def _items(items: tuple[Item, ...]) -> str:
    runs_of: dict[str, list[str]] = defaultdict(list)
    for run in runs():
        for key in cited(run):
            runs_of[key].append(run)
    rows = [(each.key, each.what, _stands(each), _tests(each, runs_of[each.key])) for each in items]
    return table(("item", "what", "resources", "tests"), rows)


def _stands(item: Item) -> str:
    second = [SECOND, *map(code, item.second_region)] if item.second_region else []
    return "<br>".join([*map(code, item.made), *second, *filter(None, [item.elsewhere])])


def _tests(item: Item, labels: list[str]) -> str:
    held_by = (*item.held_by, *of_manifests(item.key))
    named = [each for each in dict.fromkeys(held_by) if each not in labels]
    return "<br>".join([*map(_shown, [*labels, *named]), *_doctors(item)])


def _shown(test: str) -> str:
    if "::" in test:
        return code(test)
    if "/" in test:
        module, _, label = test.partition("/")
        return f"{module}: {code(label)}"
    return f"[{code(test)}](errors/{test}.md)"


def _doctors(item: Item) -> Iterator[str]:
    for check in CHECKS["aws"]:
        if item.key in check.cites:
            yield f"doctor: {code(check.name)}"


def _proofs() -> str:
    rows = [
        (
            proof.item,
            proof.said,
            "<br>".join(map(code, proof.objects)),
            "<br>".join(map(code, proof.tests)),
        )
        for proof in PROOFS
    ]
    rows += [(item, f"elsewhere: {why}", "", "") for item, why in ELSEWHERE.items()]
    return table(("item", "what", "objects", "tests"), rows)


def _summary() -> str:
    default = planned()["default"]
    total, types = sum(default.values()), {_type(each) for each in default}
    return f"The default configuration plans {total} resources of {len(types)} types."


def _types() -> str:
    by_type: Counter[str] = Counter()
    modules: dict[str, set[str]] = defaultdict(set)
    for address, count in planned()["default"].items():
        by_type[_type(address)] += count
        modules[_type(address)].add(address.split(".")[1])
    rows = [
        (code(kind), str(count), ", ".join(sorted(modules[kind])))
        for kind, count in sorted(by_type.items())
    ]
    return table(("type", "resources", "modules"), rows)


def _type(address: str) -> str:
    return address.rsplit(".", 2)[1]
