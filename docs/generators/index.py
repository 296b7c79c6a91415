"""The reference's front page."""

from __future__ import annotations

from docs.generators.markdown import page

TEXT = """\
- [Commands](cli/index.md): every command with its options, and what exit codes mean.
- [Configuration](config/index.md): every section of `pingvas.yaml`, its keys, defaults and limits.
- [API](api/index.md): every route of the five services, its limits, answers and problem codes.
- [Errors](errors/index.md): every error code, what happened and what to do.
- [Inventory](inventory.md): what stands for each part of the platform on AWS, and what tests it.
- [Skipped checks](checkov.md): what checkov asks for and is not done, with the reason.
- [Prices](prices.md): what a plan is priced with, and who says so."""


def pages() -> dict[str, str]:
    """One page that leads to the parts."""
    return {"index.md": page("Reference", "Written from the program itself.", TEXT)}
