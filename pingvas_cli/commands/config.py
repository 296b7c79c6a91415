"""`pingvas config`: what is in force, what may be written, and what it means."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from pingvas_cli import completers
from pingvas_cli.config import shown as view
from pingvas_cli.errors import msg
from pingvas_cli.session import Session
from pingvas_cli.ui.modes import OutputFormat
from pingvas_cli.ui.output import Column, serialized

KEY = Column("key", msg("config.column_key"))
VALUE = Column("value", msg("config.column_value"))
ORIGIN = Column("origin", msg("config.column_origin"))
SECTION_COLUMNS = (
    Column("section", msg("config.column_section")),
    Column("summary", msg("config.column_summary")),
)
DOCUMENTS = (OutputFormat.JSON, OutputFormat.YAML)

OriginOption = Annotated[bool, typer.Option("--origin", help="config.show_origin")]
EnvironmentOption = Annotated[
    Literal["dev", "prod"] | None, typer.Option("--environment", help="config.show_environment")
]
SectionArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="SECTION", autocompletion=completers.sections, help="config.explain_section"
    ),
]


def show(
    ctx: typer.Context, origin: OriginOption = False, environment: EnvironmentOption = None
) -> None:
    """Show what is in force."""
    session = Session.of(ctx)
    loaded = session.loaded.of(environment) if environment else session.loaded
    if session.options.output in DOCUMENTS and not origin:
        session.show_one(view.tree(loaded), ())
        return
    columns = (KEY, VALUE, ORIGIN) if origin else (KEY, VALUE)
    session.show(view.rows(loaded, origin=origin), columns)


def schema(ctx: typer.Context) -> None:
    """Print the JSON Schema; as JSON unless YAML was asked for."""
    session = Session.of(ctx)
    chosen = session.options.output
    form = OutputFormat.JSON if chosen is OutputFormat.TABLE else chosen
    session.console.data(serialized(view.schema(), form))


def explain(ctx: typer.Context, section: SectionArgument = None) -> None:
    """List the sections, or print the annotated example of one."""
    from pingvas_cli.config import examples

    session = Session.of(ctx)
    if section is None:
        found = examples.summaries().items()
        session.show([{"section": name, "summary": text} for name, text in found], SECTION_COLUMNS)
    elif session.options.output is OutputFormat.TABLE:
        session.console.data(examples.example(section))
    else:
        session.show_one({"section": section, "example": examples.example(section)}, ())
