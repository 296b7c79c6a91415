"""The same templates and values in the forms that cookiecutter and copier read."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Final

from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.contexts.root import Root, root_of
from pingvas_cli.rendering.renderer import render
from pingvas_cli.rendering.targets import MODULES, VALUES, targets
from tests.golden import configuration

ENDS: Final = "keep_trailing_newline"  # what cookiecutter sets itself
WORKFLOWS: Final = ".github/*"  # they hold what looks like our delimiters
DELIMITERS: Final = {
    "block_start_string": "[%",
    "block_end_string": "%]",
    "variable_start_string": "[[",
    "variable_end_string": "]]",
    "comment_start_string": "[#",
    "comment_end_string": "#]",
    "trim_blocks": True,
    "lstrip_blocks": True,
    ENDS: True,
}


def cookiecutter(folder: Path, templates: Path) -> Path:
    """A template that renders the roots and manifests and copies the modules and workflows."""
    document = {
        "slug": "tree",
        "root": _plain(),
        "_jinja2_env_vars": {key: one for key, one in DELIMITERS.items() if key != ENDS},
        "_copy_without_render": [f"{MODULES}/*", VALUES, WORKFLOWS],
    }
    inside = folder / "[[ cookiecutter.slug ]]"
    _lay(inside, templates, "cookiecutter.root.", suffix=False)
    (folder / "cookiecutter.json").write_text(json.dumps(document))
    return folder


def copier(folder: Path, templates: Path) -> Path:
    """A template whose files with the ending `.j2` are rendered, the others copied."""
    question = {"type": "json", "default": json.dumps(_plain())}
    document = {"root": question, "_envops": DELIMITERS, "_templates_suffix": ".j2"}
    document["_subdirectory"] = "tree"
    _lay(folder / "tree", templates, "root.", suffix=True)
    (folder / "copier.yml").write_text(json.dumps(document))
    return folder


def ours(templates: Path) -> dict[str, bytes]:
    """The tree that all three have to write."""
    return dict(render(Platform.plain(configuration("default")), templates))


def _root() -> Root:
    return root_of(configuration("default"))


def _plain() -> dict[str, object]:
    return {**asdict(_root()), "state_bucket": _root().state_bucket}


def _lay(folder: Path, templates: Path, prefix: str, *, suffix: bool) -> None:
    """Our templates with their names under `prefix`; `suffix` keeps the ending `.j2`."""
    made = targets(_root(), templates)
    for target in made:
        ending = ".j2" if suffix and target.kind == "template" else ""
        place = folder / f"{target.path}{ending}"
        place.parent.mkdir(parents=True, exist_ok=True)
        if target.kind == "template":
            text = (templates / target.source).read_text()
            place.write_text(text.replace("root.", prefix))
        elif target.kind == "copy":
            shutil.copy(templates / target.source, place)
        else:
            place.write_bytes(ours(templates)[VALUES])
    several = ours(templates)  # one template of ours makes many of the others: theirs are made
    for path in several.keys() - {target.path for target in made}:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(several[path])
