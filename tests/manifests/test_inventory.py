"""Every row of the table names objects that are rendered and tests that exist."""

from __future__ import annotations

import pytest

from tests.architecture.tree import ROOT
from tests.manifests.inventory import INVENTORY, Proof
from tests.manifests.judges import name_of
from tests.manifests.trees import Rendered


@pytest.mark.parametrize("proof", INVENTORY, ids=lambda proof: proof.item)
def test_an_item_is_answered(default: Rendered, proof: Proof) -> None:
    there = {f"{place} {name_of(one)}" for place, one in default.everything()}
    there |= {
        f"platform/{room} {name_of(one)}"
        for room, found in default.platform.items()
        for one in found
    }
    assert set(proof.objects) <= there
    for test in proof.tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(), test
