"""Reads `PINGVAS_SECTION__KEY=value` from the environment, above every file.

`PINGVAS_LOCAL__PORT_OFFSET=100`; lists and parts as `[1, 2]` and `{key: value}`. An empty variable
counts as unset. One that means nothing is a mistake, unless another part of pingvas reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pingvas_cli.config.layers import Layer, Origin, Tree
from pingvas_cli.config.tree import KeyPath, choices, is_known, known_keys
from pingvas_cli.errors import Finding

PREFIX: Final = "PINGVAS_"
RESERVED: Final = frozenset(
    PREFIX + name
    for name in (
        *("LANG", "OUTPUT", "PROGRESS", "COLOR", "CONFIG"),
        *("STATE_DIR", "PG_BIN", "DEBUG", "YES"),
    )
)


def read_variables(environ: Mapping[str, str]) -> tuple[Layer, tuple[Finding, ...]]:
    """The tree that the environment writes, and the variables that mean nothing."""
    tree: Tree = {}
    origins: dict[KeyPath, Origin] = {}
    findings: list[Finding] = []
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in RESERVED or not environ[name]:
            continue
        path = tuple(name.removeprefix(PREFIX).lower().split("__"))
        if not is_known(path):
            findings.append(_unknown(name))
            continue
        value, wrong = _value(name, path, environ[name])
        findings.extend(wrong)
        if not wrong:
            _put(tree, path, value)
            origins[path] = Origin("variable", name, environ[name])
    return Layer(tree, origins), tuple(findings)


def variable_name(path: KeyPath) -> str:
    """The variable that sets the key at `path`."""
    return PREFIX + "__".join(path).upper()


def _put(tree: Tree, path: KeyPath, value: object) -> None:
    for key in path[:-1]:
        deeper = tree.get(key)
        if not isinstance(deeper, dict):
            deeper = tree[key] = {}
        tree = deeper
    tree[path[-1]] = value


def _value(name: str, path: KeyPath, text: str) -> tuple[object, tuple[Finding, ...]]:
    if not text.startswith(("[", "{")):
        return next((one for one in choices(path) if str(one).lower() == text.lower()), text), ()
    import yaml

    from pingvas_cli.config.document import read_value

    try:
        return read_value(text), ()
    except yaml.YAMLError:
        return None, (Finding(name, "config.variable_broken"),)


def _unknown(name: str) -> Finding:
    from difflib import get_close_matches

    known = {one.removeprefix(PREFIX): one for one in (*RESERVED, *_all_names(()))}
    near = get_close_matches(name.removeprefix(PREFIX), known, n=1, cutoff=0.5)
    if near:
        meant = known[near[0]]
        return Finding(name, "config.unknown_variable_meant", {"name": name, "meant": meant})
    return Finding(name, "config.unknown_variable", {"name": name})


def _all_names(above: KeyPath) -> list[str]:
    names: list[str] = []
    for key in known_keys(above):
        path = (*above, key)
        names += _all_names(path) or [variable_name(path)]
    return names
