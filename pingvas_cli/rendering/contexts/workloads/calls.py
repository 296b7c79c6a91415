"""Who calls whom: what the programs need of the network, for the policies that let them (N1).

A name on the right is a program of the same environment, or one of the outside: `database`,
`cache`, `files` (EFS), `identity` (EKS Pod Identity's agent on the node), `metadata` (of the
instance), `kubernetes` (the API), `internet` (HTTPS; AWS too) and `mail` (SMTP).
DNS is everybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CALLS: Final[Mapping[str, tuple[str, ...]]] = {
    "user": ("pooler", "internet", "mail"),
    "payment": ("pooler", "user", "internet"),
    "generation": ("pooler", "user", "cache", "database"),
    "gallery": ("pooler", "user", "identity", "internet"),
    "model": ("pooler", "user", "cache", "files", "identity", "internet"),
    "worker": ("cache", "files", "identity", "metadata", "internet", "kubernetes"),
    "pooler": ("database",),
    "migrations": ("database",),
}
CALLED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "user": ("load_balancer", "monitoring"),
    "payment": ("load_balancer", "monitoring"),
    "generation": ("load_balancer", "monitoring", "keda"),
    "gallery": ("load_balancer", "monitoring"),
    "model": ("load_balancer", "monitoring"),
    "worker": ("monitoring",),
}
"""Callers from other namespaces and from outside, each on the program's one port."""
