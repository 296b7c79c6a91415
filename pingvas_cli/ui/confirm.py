"""Asking before something happens: once, plainly, and never when nobody can answer."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from pingvas_cli.errors import Message, Refused
from pingvas_cli.messages import Translator
from pingvas_cli.ui.console import Console, Tone, paint


@dataclass(frozen=True)
class Confirmation:
    """Asks on stderr and reads stdin; `--yes` answers, silence refuses."""

    console: Console
    translator: Translator
    interactive: bool
    assume_yes: bool

    def yes(self, question: Message) -> None:
        """Return when the answer is yes; raise `Refused` otherwise."""
        if self.assume_yes:
            return
        answer = self._ask(question, Message("ui.yes_or_no"))
        if answer.strip().lower() not in self.translator.text(Message("ui.yes_words")).split():
            raise Refused("ui.declined")

    def typed(self, question: Message, expected: str) -> None:
        """Return when `expected` was typed out, for work that cannot be undone."""
        if self.assume_yes:
            return
        answer = self._ask(question, Message("ui.type_to_confirm", {"expected": expected}))
        if answer.strip() != expected:
            raise Refused("ui.declined")

    def _ask(self, question: Message, hint: Message) -> str:
        if not self.interactive:
            raise Refused("ui.needs_yes", question=question)
        text = self.translator.text(question)
        prompt = paint(text, Tone.STRONG, enabled=self.console.color_err)
        self.console.err.write(f"{prompt} {self.translator.text(hint)} ")
        self.console.err.flush()
        return sys.stdin.readline()
