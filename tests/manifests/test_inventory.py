"""Every row of the table names objects that are rendered and tests that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.architecture.tree import ROOT
from tests.golden import tree
from tests.manifests.inventory import INVENTORY, Proof
from tests.manifests.judges import Document, documents, name_of
from tests.manifests.trees import Rendered


def argocd() -> Iterator[tuple[str, Document]]:
    """Argo CD's own objects."""
    for path, content in tree("default").items():
        if re.fullmatch("argocd/.+/.+", path):
            yield from (("argocd", one) for one in documents(content))


@pytest.mark.parametrize("proof", INVENTORY, ids=lambda proof: proof.item)
def test_an_item_is_answered(default: Rendered, proof: Proof) -> None:
    there = {f"{place} {name_of(one)}" for place, one in (*default.everything(), *argocd())}
    there |= {
        f"platform/{room} {name_of(one)}"
        for room, found in default.platform.items()
        for one in found
    }
    assert set(proof.objects) <= there
    for test in proof.tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(), test
