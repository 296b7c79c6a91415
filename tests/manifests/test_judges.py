"""The judges themselves: what is wrong must be found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.manifests.judges import MINORS, faults, kustomized

GOOD = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "one"},
    "data": {"key": "value"},
}
SCALED = {
    "apiVersion": "keda.sh/v1alpha1",
    "kind": "ScaledObject",
    "metadata": {"name": "one"},
    "spec": {"scaleTargetRef": {"name": "one"}, "triggers": [{"type": "cpu", "metadata": {}}]},
}


def test_a_good_document_has_no_fault() -> None:
    assert list(faults([GOOD])) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {**GOOD, "extra": 1},
        {**GOOD, "data": {"key": 1}},
        {**GOOD, "kind": "ConfigMapp"},
        {**GOOD, "apiVersion": "extensions/v1beta1", "kind": "Ingress"},
        {**GOOD, "apiVersion": "policy/v1beta1", "kind": "PodSecurityPolicy"},
    ],
)
def test_unknown_fields_types_and_kinds_are_faults_in_each_minor(wrong: dict[str, object]) -> None:
    found = list(faults([wrong]))
    assert len(found) >= (1 if wrong["apiVersion"] == "extensions/v1beta1" else len(MINORS))


@pytest.mark.usefixtures("definitions")
def test_custom_resources_are_judged_by_their_definitions() -> None:
    assert list(faults([SCALED])) == []
    assert list(faults([{**SCALED, "spec": {}}]))
    assert list(faults([{**SCALED, "kind": "ScaledThing"}]))
    assert list(faults([{**SCALED, "apiVersion": "karpenter.sh/v1alpha5", "kind": "Provisioner"}]))


def test_what_kustomize_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [missing.yaml]\n")
    with pytest.raises(AssertionError, match=r"missing\.yaml"):
        kustomized(tmp_path)
