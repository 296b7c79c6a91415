"""The names of Typer's parser that we build on: the only file that reaches into it.

Typer 0.29 carries its parser inside and shows only part of it; pyproject.toml pins that series.
"""

from __future__ import annotations

from typer._click.core import Context, Parameter
from typer._click.core import augment_usage_errors as naming_the_command
from typer._click.exceptions import BadOptionUsage, NoSuchOption
from typer._click.exceptions import UsageError as Complaint

__all__ = [
    "BadOptionUsage",
    "Complaint",
    "Context",
    "NoSuchOption",
    "Parameter",
    "names_a_command",
    "naming_the_command",
]


def names_a_command(ctx: Context) -> bool:
    """Whether a group was called with the name of one of its commands."""
    return bool(ctx.args or ctx._protected_args)  # noqa: SLF001 - no public way to ask
