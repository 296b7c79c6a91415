"""The file of suggestions: values that `doctor` found, as `pingvas.yaml` would have them.

It lies beside the configuration, which is never written to. A file of the same name that somebody
else wrote is left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pingvas_cli.doctor.fixes import Suggestion, suggested
from pingvas_cli.errors import PingvasError, Refused

HEADER: Final = (
    "# Suggested by `pingvas doctor`: take over into pingvas.yaml what you agree with.\n"
)


def beside(configuration: Path) -> Path:
    """`pingvas.suggested.yaml` for `pingvas.yaml`."""
    return configuration.with_name(f"{configuration.stem}.suggested.yaml")


def write(path: Path, suggestions: Sequence[Suggestion]) -> None:
    """Write them, over older suggestions only; raises `doctor.suggestion_not_ours`."""
    import yaml

    try:
        if path.exists() and not path.read_text("utf-8", "replace").startswith(HEADER):
            raise Refused("doctor.suggestion_not_ours", where=str(path))
        text = yaml.safe_dump(suggested(suggestions), sort_keys=False, allow_unicode=True)
        path.write_text(HEADER + text, "utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise PingvasError(
            "doctor.suggestion_unwritable", where=str(path), reason=reason
        ) from error
