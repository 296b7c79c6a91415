"""The catalogues: every sentence for people, in English and Korean, by key.

A key is `<room>.<name>`; `messages/<language>/<room>.py` holds `TEXTS` (plain sentences) and
`ERRORS` (what happened, what to do). A room's file loads when its first key is asked for. This
room knows no Rich and no configuration.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Final

from pingvas_cli.errors import Message

LANGUAGES: Final = ("en", "ko")


@dataclass(frozen=True)
class Translator:
    """Renders messages in one language (`en` or `ko`)."""

    language: str

    def text(self, message: Message) -> str:
        """The sentence of `message` with its values filled in."""
        room, _, name = message.key.partition(".")
        template: str = self._room(room).TEXTS[name]
        return template.format(**self._values(message))

    def error(self, message: Message) -> tuple[str, str]:
        """What happened and what to do, for an error's key."""
        room, _, name = message.key.partition(".")
        what, remedy = self._room(room).ERRORS[name]
        values = self._values(message)
        return what.format(**values), remedy.format(**values)

    def _room(self, room: str) -> ModuleType:
        return import_module(f"pingvas_cli.messages.{self.language}.{room}")

    def _values(self, message: Message) -> dict[str, object]:
        return {
            name: self.text(value) if isinstance(value, Message) else value
            for name, value in message.params.items()
        }
