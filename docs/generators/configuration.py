"""One page per section of `pingvas.yaml`: the annotated example, then every key in a table."""

from __future__ import annotations

import json
from typing import Final

from docs.generators.kinds import Schema, kind_of, property_at
from docs.generators.markdown import fenced, page, table
from pingvas_cli.config.configuration import PER_ENVIRONMENT, SECTIONS, Configuration, section_kind
from pingvas_cli.config.examples import example, summaries
from pingvas_cli.config.shown import schema
from pingvas_cli.config.tree import dotted, leaves, plain
from pingvas_cli.config.variables import variable_name

LIMITS: Final = """\
The local target uses `platform.name`, `platform.domain`, `local`, `database.database_name` and the
ports of `services`. `pingvas render` makes Terraform of `platform`, `environments`, `network`,
`cluster`, `database`, `cache`, `object_store`, `file_store`, `edge`, `cdn`, `secrets`, `registry`,
`gitops`, `monitoring`, `backup`, the ports of `services` and the budget of `cost`. The other
sections are read, checked and shown; nothing acts on them yet. *Inventory* and *correction* numbers
in the descriptions name items of the architecture that the defaults follow."""
OVERLAY: Final = "dev and prod may hold it apart, in `pingvas.dev.yaml` and `pingvas.prod.yaml`."
SHARED: Final = "It is shared by dev and prod, and stands in `pingvas.yaml` alone."


def pages() -> dict[str, str]:
    """The pages of all sections, and their list."""
    written = {f"config/{name}.md": _section(name) for name in SECTIONS}
    return {"config/index.md": _index(), **written}


def _index() -> str:
    rows = [(f"[`{name}`]({name}.md)", text) for name, text in summaries().items()]
    return page(
        "Configuration",
        "`pingvas.yaml` may be empty: everything has a default. How its files and variables "
        "rank is told in [Change the configuration](../../how-to/change-the-configuration.md).",
        LIMITS,
        table(("section", "about"), rows),
    )


def _section(name: str) -> str:
    return page(
        f"`{name}`",
        summaries()[name],
        OVERLAY if name in PER_ENVIRONMENT else SHARED,
        fenced(example(name), "yaml"),
        "## Keys",
        table(("key", "takes", "default"), _rows(name)),
        f"Each is also a variable, such as `{variable_name((name, *_first_leaf(name)))}`.",
        "[All sections](index.md)",
    )


def _rows(name: str) -> list[tuple[str, str, str]]:
    whole: Schema = schema()
    return [
        (
            f"`{dotted((name, *path))}`",
            kind_of(property_at(whole, (name, *path)), whole),
            f"`{json.dumps(value, ensure_ascii=False)}`",
        )
        for path, value in leaves(_defaults(name))
    ]


def _first_leaf(name: str) -> tuple[str, ...]:
    return next(path for path, _ in leaves(_defaults(name)))


def _defaults(name: str) -> dict[str, object]:
    section = getattr(Configuration(), name)
    return {key: plain(getattr(section, key)) for key in section_kind(name).model_fields}
