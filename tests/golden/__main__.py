"""Write the golden trees anew: `python -m tests.golden`; then read the difference in Git."""

from __future__ import annotations

import shutil

from tests.golden import CONFIGURATIONS, FOLDER, golden, tree

for name in CONFIGURATIONS:
    shutil.rmtree(FOLDER / name, ignore_errors=True)
    for path, content in golden(tree(name)).items():
        place = FOLDER / name / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
