"""Rendered trees as they are expected, for four configurations.

A folder holds the files of the roots as they are, and `.pingvas-rendered.json`, which has the
sha256 of every file, the modules' too. `python -m tests.golden` writes them anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.record import RECORD, Record
from pingvas_cli.rendering.renderer import Tree, render

FOLDER: Final = Path(__file__).parent
MODULES: Final = "terraform/modules/"
NEEDED: Final = {
    "domain": "pingvas.example.com",
    "account_id": "123456789012",
    "owner_email": "owner@example.com",
}
GITOPS: Final = {"repository": "https://github.com/Pinksea-AI/InvokeAI"}
CONFIGURATIONS: Final[Mapping[str, Mapping[str, Mapping[str, object]]]] = {
    "default": {"platform": NEEDED, "gitops": GITOPS},
    "minimal": {
        "platform": {**NEEDED, "name": "mini"},
        "gitops": GITOPS,
        "database": {"readers": 0, "deletion_protection": False},
        "cache": {"prod": {"node_type": "cache.t4g.medium", "nodes": 2}},
        "cdn": {"enabled": False},
        "cluster": {"deletion_protection": False},
        "edge": {"deletion_protection": False},
        "file_store": {"enabled": False},
        "network": {
            "public_subnets": ["10.0.1.0/24", "10.0.2.0/24"],
            "private_subnets": ["10.0.11.0/24", "10.0.12.0/24"],
            "database_subnets": ["10.0.21.0/24", "10.0.22.0/24"],
            "flow_logs": {"enabled": False},
        },
    },
    "two-region": {
        "platform": {**NEEDED, "second_region": {"enabled": True}, "tags": {"team": "images"}},
        "gitops": GITOPS,
        "database": {"dev_cluster": {"enabled": True}, "copy_snapshots_to_second_region": True},
        "network": {"nat_mode": "per_az", "interface_endpoints": ["ecr.api", "ecr.dkr"]},
    },
    "cluster": {
        "platform": {"target": "cluster", "name": "mine"},
        "cache": {"mode": "sentinel"},
    },
}

ON_AWS: Final = tuple(name for name in CONFIGURATIONS if name != "cluster")


def configuration(name: str) -> Configuration:
    """One of the four configurations."""
    return Configuration.model_validate(CONFIGURATIONS[name])


def tree(name: str) -> Tree:
    """Its rendered tree."""
    return render(Platform.plain(configuration(name)))


def expected(name: str) -> dict[str, bytes]:
    """The files of a golden folder by path."""
    folder = FOLDER / name
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def golden(rendered: Tree) -> dict[str, bytes]:
    """What a golden folder holds of a tree."""
    roots = {path: one for path, one in rendered.items() if not path.startswith(MODULES)}
    return {RECORD: Record.of(rendered).content(), **roots}
