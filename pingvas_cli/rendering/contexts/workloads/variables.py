"""Environment variables and mounted files of a container, as manifests write them.

A secret reaches a program as a variable or a file of its own; an address with a password is put
together by Kubernetes from such variables, so no Secret has to hold one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Source = Literal["value", "secret", "field"]
UNKNOWN: Final = "unknown.invalid"
"""Stands where `k8s/facts` put a host; a name that never resolves (RFC 2606)."""


@dataclass(frozen=True)
class Variable:
    """`text` is the value itself, the name of the Secret, or the path of a pod's field."""

    name: str
    text: str
    source: Source = "value"
    key: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Volume:
    """Something mounted: a Secret or a ConfigMap of its own name, a claim, or an empty folder.

    `items` are pairs of a key and the file that it becomes; `size` is the limit of an empty folder.
    """

    name: str
    kind: Literal["secret", "configmap", "claim", "empty", "memory"]
    path: str
    of: str = ""
    items: tuple[tuple[str, str], ...] = ()
    size: str = ""
    read_only: bool = True


def value(name: str, text: object) -> Variable:
    """A variable with this very value; `$(NAME)` in it stands for one before it."""
    return Variable(name, str(text))


def secret(name: str, of: str, key: str, *, optional: bool = False) -> Variable:
    """A variable with one key of a Secret; an optional one may be missing, and then is unset."""
    return Variable(name, of, "secret", key, optional)


def login(prefix: str, of: str) -> tuple[Variable, Variable]:
    """User name and password out of a Secret, for an address that comes after them."""
    return (
        secret(f"{prefix}_USERNAME", of, "username"),
        secret(f"{prefix}_PASSWORD", of, "password"),
    )


TEMPORARY: Final = Volume("tmp", "empty", "/tmp", size="64Mi", read_only=False)  # noqa: S108 - the container's own
AUTHORITIES: Final = "/etc/pingvas/database"
AUTHORITIES_FILE: Final = f"{AUTHORITIES}/authorities.pem"
VERIFIED: Final = f"sslmode=verify-full&sslrootcert={AUTHORITIES_FILE}"


def authorities_of(program: str) -> str:
    """The ConfigMap with who signs the database's certificates: each program has one of its own."""
    return f"{program}-database-authorities"


def authorities(program: str) -> Volume:
    """That ConfigMap, mounted."""
    items = (("authorities.pem", "authorities.pem"),)
    of = authorities_of(program)
    return Volume("database-authorities", "configmap", AUTHORITIES, of=of, items=items)
