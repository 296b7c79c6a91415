"""Kustomizations through the real kubectl."""

from __future__ import annotations

from pathlib import Path

import pytest

from pingvas_cli.adapters.manifests import KubectlManifests
from pingvas_cli.errors import PingvasError


def test_documents_come_in_the_order_of_applying(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [all.yaml]\nnamespace: dev\n")
    documents = [
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: one}}",
        "{apiVersion: v1, kind: Namespace, metadata: {name: dev}}",
    ]
    (tmp_path / "all.yaml").write_text("\n---\n".join(documents))
    assert [one["kind"] for one in KubectlManifests().built(tmp_path)] == ["Namespace", "ConfigMap"]


def test_what_kubectl_says_is_told(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [absent.yaml]\n")
    with pytest.raises(PingvasError) as told:
        KubectlManifests().built(tmp_path)
    assert told.value.code == "kubernetes.not_built"
    assert "absent.yaml" in str(told.value.params["detail"])


def test_a_machine_without_kubectl_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(PingvasError) as told:
        KubectlManifests({"PATH": str(tmp_path)}).built(tmp_path)
    assert told.value.code == "kubernetes.no_kubectl"
