"""Record what Terraform plans: `python -m tests.terraform`; then read the difference in Git."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from docs.inventory.items import PLANNED
from tests.terraform.judges import judge
from tests.terraform.plans import CONFIGURATIONS, counts, plans

with TemporaryDirectory() as name:
    folder = Path(name)
    (folder / "judge").mkdir()
    judged = judge(folder / "judge")
    assert judged.plans, "a plan needs the stand-in provider"
    found = {each: counts(plans(judged, each, folder / each).values()) for each in CONFIGURATIONS}
    PLANNED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
