"""checkov finds nothing in what is applied, but for what stands here with its reason."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Final

import yaml

from tests.manifests.trees import Rendered

EVERYWHERE: Final = {
    "CKV_K8S_11": "a CPU that is free may be used; requests share what is not, and memory is bound",
    "CKV_K8S_35": "programs read settings from their environment, and files are for keys",
}
OF_PODS: Final = {
    ("CKV_K8S_38", "worker"): "a busy worker marks its pod, by its account's token",
    ("CKV_K8S_15", "pooler"): "the version is pinned, and a registry that is away stops no pooler",
    ("CKV_K8S_43", "pooler"): "the version is pinned; it is the one image of theirs in a namespace",
    **{
        (check, "nvidia-device-plugin"): why
        for why, checks in (
            ("it has no address to ask; kubelet sees its socket", ("CKV_K8S_8", "CKV_K8S_9")),
            ("kubelet's folder of sockets is root's", ("CKV_K8S_23", "CKV_K8S_40")),
            (
                "the version is pinned, and a registry that is away stops no node",
                ("CKV_K8S_15", "CKV_K8S_43"),
            ),
        )
        for check in checks
    },
}


def test_checkov_finds_nothing_in_what_is_applied(
    checkov: str, default: Rendered, tmp_path: Path
) -> None:
    platform = {f"platform/{room}": found for room, found in default.platform.items()}
    for place, found in {**default.overlays, **platform}.items():
        file = tmp_path / f"{place.replace('/', '-')}.yaml"
        file.write_text(yaml.safe_dump_all(dict(one) for one in found))
    command = [checkov, "--skip-download", "--quiet", "-o", "json", "--framework", "kubernetes"]
    told = subprocess.run(
        [*command, "-d", str(tmp_path)], capture_output=True, text=True, check=False
    )
    report = json.loads(told.stdout)
    assert report["summary"]["passed"] > 0
    failed = {(one["check_id"], one["resource"]) for one in report["results"]["failed_checks"]}
    left = {(check, name) for check, name in failed if check not in EVERYWHERE}
    assert {each for each in left if (each[0], each[1].split(".")[-1]) not in OF_PODS} == set()
    assert {check for check, _ in failed} == set(EVERYWHERE) | {check for check, _ in OF_PODS}
