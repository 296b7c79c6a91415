"""What an installation's source means: a repository, one file of it, an address, or an upload."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

HUB = re.compile(
    r"hub:(?P<name>[\w.-]+/[\w.-]+)(@(?P<revision>[\w./-]+))?(#(?P<file>[\w./-]+))?", re.ASCII
)
DEFAULT_REVISION = "main"
LONGEST_LABEL = 500


@dataclass(frozen=True)
class HubSource:
    """`file` empty: the whole repository."""

    name: str
    revision: str
    file: str

    @classmethod
    def parse(cls, text: str) -> "HubSource | None":
        """None when the text names no repository."""
        found = HUB.fullmatch(text)
        if found is None:
            return None
        return cls(found["name"], found["revision"] or DEFAULT_REVISION, found["file"] or "")


def kind_of(source: str) -> str:
    """hub, url or upload."""
    if source == "upload":
        return "upload"
    return "hub" if source.startswith("hub:") else "url"


def label_of(source: str) -> str:
    """What people may see of it: a query may hold a token."""
    if kind_of(source) != "url":
        return source[:LONGEST_LABEL]
    parts = urlsplit(source)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))[:LONGEST_LABEL]
