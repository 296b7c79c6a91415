"""Keep the libraries quiet and at home: no telemetry, no hub, no bars, no prompts in warnings.

The variables must be set before the libraries are first imported.
"""

import os
from importlib import import_module

_AT_HOME = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
}
_SILENT = {
    "DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "DIFFUSERS_VERBOSITY": "error",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
}


def stay_silent() -> None:
    """For programs that may reach the hub."""
    os.environ.update(_SILENT)


def stay_offline() -> None:
    """For the worker: it serves what is installed and asks nobody."""
    os.environ.update(_SILENT | _AT_HOME)


def hide_progress_bars() -> None:
    """Imports diffusers and transformers, which takes seconds."""
    for library in ("diffusers", "transformers"):
        import_module(f"{library}.utils.logging").disable_progress_bar()
