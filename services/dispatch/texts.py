"""Each script with what it needs of the prelude, and no more: Lua makes every function that stands
before a script anew at each call; all of them cost more than what a short script does.
"""

import re
from functools import cache
from importlib.resources import files

_COMMENT = re.compile(r"^[ \t]*--.*\n", re.MULTILINE)
_STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'")
_PIECE = re.compile(r"^(?=local )", re.MULTILINE)
_DEFINED = re.compile(r"local (?:function )?(\w+(?:, \w+)*)")
# Not the name of a field; two dots join texts.
_NAME = re.compile(r"(?<!\w)(?:(?<!\.)|(?<=\.\.))[A-Za-z_]\w*")


@cache
def text_of(name: str) -> str:
    """What the server runs."""
    script = _read(name)
    used, kept = _names(script), [script]
    for piece in reversed(_PIECE.split(_read("prelude"))):
        if used.intersection(_defined(piece)):
            used |= _names(piece)
            kept.append(piece)
    return "".join(reversed(kept))


def _read(name: str) -> str:
    text = (files(__package__) / "lua" / f"{name}.lua").read_text()
    return _COMMENT.sub("", text)


def _names(text: str) -> set[str]:
    return set(_NAME.findall(_STRING.sub("", text)))


def _defined(piece: str) -> list[str]:
    found = _DEFINED.match(piece)
    return found[1].split(", ") if found else []
