"""The end of a bootstrap, as each target tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pingvas_cli.errors import Message


@dataclass(frozen=True)
class Closing:
    """The same facts as a sentence for people and as a record for programs."""

    message: Message
    record: Mapping[str, object]
