"""checkov finds nothing in what is applied, but for what stands here with its reason."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import yaml

from tests.manifests.skips import EVERYWHERE, OF_PODS
from tests.manifests.trees import Rendered


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
