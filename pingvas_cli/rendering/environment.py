"""The one place that knows Jinja: its delimiters, its strictness, and where compiled templates lie.

The delimiters are `[[ ]]`, `[% %]` and `[# #]`, because Argo CD, Prometheus, Alertmanager and
GitHub Actions own `{{ }}`. A name that no context has is an error, never an empty text.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jinja2 import BaseLoader, BytecodeCache, Environment

SHIPPED: Final = Path(__file__).parents[2] / "templates"


def environment(templates: Path, cache: Path | None = None) -> Environment:
    """The environment of a folder of templates; compiled ones are kept in `cache`."""
    from jinja2 import Environment, StrictUndefined

    made = Environment(
        loader=_loader(templates),
        undefined=StrictUndefined,
        bytecode_cache=_bytecode(cache),
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - files of Terraform and Kubernetes, not pages
        auto_reload=False,
    )
    made.filters["quoted"] = _quoted
    return made


def precompiled() -> Path:
    """Where a wheel has the shipped templates as modules: they suit one release of Jinja."""
    import jinja2

    return Path(__file__).with_name("precompiled") / jinja2.__version__


def cache_folder(environ: Mapping[str, str] = os.environ, name: str = "templates") -> Path | None:
    """This user's folder of what was made before; None where it can't be made or is another's."""
    base = environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - never raises
    folder = Path(base) / "pingvas" / name
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder if folder.stat().st_uid == os.getuid() else None
    except OSError:
        return None


def _loader(templates: Path) -> BaseLoader:
    from jinja2 import FileSystemLoader, ModuleLoader

    if templates == SHIPPED and precompiled().is_dir():
        return ModuleLoader(precompiled())
    return FileSystemLoader(templates)


def _quoted(value: object) -> str:
    """A text as JSON and YAML both read it."""
    return json.dumps(str(value), ensure_ascii=False)


def _bytecode(cache: Path | None) -> BytecodeCache | None:
    if cache is None:
        return None
    from jinja2 import FileSystemBytecodeCache

    return FileSystemBytecodeCache(str(cache))
