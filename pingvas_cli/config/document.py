"""Reads one YAML file into a tree with the line of each key; everything wrong becomes a finding.

YAML 1.1 reads `10:30` as 630 and dates as dates; here both stay the text that was written. A key
that is written twice is a mistake, not a silent winner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from pingvas_cli.config.layers import Layer, Origin, Tree
from pingvas_cli.config.tree import KeyPath, dotted
from pingvas_cli.errors import Finding

DEPTH_LIMIT: Final = 50
SIZE_LIMIT_KIB: Final = 1024
COLLECTIONS: Final = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
UNREADABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class TooLarge(Exception):
    """More than any configuration is."""


class TooDeep(yaml.YAMLError):
    """Nested deeper than any configuration is, at a line that counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass
class Document:
    """A file as read so far."""

    name: str
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _open: list[int] = field(default_factory=list)
    _scalars: yaml.constructor.SafeConstructor = field(
        default_factory=yaml.constructor.SafeConstructor
    )

    def value(self, node: yaml.Node, path: KeyPath) -> object:
        """The plain value of `node`; its keys' lines are noted under `path`."""
        if id(node) in self._open:
            self.add("config.yaml_loop", node, path)
            return None
        self._open.append(id(node))
        try:
            return self._value(node, path)
        finally:
            self._open.pop()

    def _value(self, node: yaml.Node, path: KeyPath) -> object:
        if isinstance(node, yaml.CollectionNode) and node.tag not in COLLECTIONS:
            self.add("config.yaml_tag", node, path, tag=node.tag)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            items = enumerate(node.value)
            return [self._noted(item, (*path, str(index))) for index, item in items]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> Tree:
        tree: Tree = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            here = (*path, key)
            if key in tree:
                first = self.origins[here].place
                self.add("config.duplicate_key", key_node, here, key=key, first=first)
                continue
            self.origins[here] = Origin("file", self.place(key_node), _text(value_node))
            tree[key] = self.value(value_node, here)
        return tree

    def _noted(self, node: yaml.Node, path: KeyPath) -> object:
        self.origins[path] = Origin("file", self.place(node), _text(node))
        return self.value(node, path)

    def _scalar(self, node: yaml.Node, path: KeyPath) -> object:
        text = str(node.value)
        try:
            made: object = self._scalars.construct_object(node)
        except yaml.constructor.ConstructorError:
            self.add("config.yaml_tag", node, path, tag=node.tag)
            return None
        except ValueError:
            return text
        number = isinstance(made, int | float) and ":" in text
        return made if isinstance(made, bool | int | float | None) and not number else text

    def add(self, code: str, node: yaml.Node, path: KeyPath, **params: object) -> None:
        """Note what is wrong at `node`."""
        self.findings.append(Finding(f"{self.place(node)} {dotted(path)}".rstrip(), code, params))

    def place(self, node: yaml.Node) -> str:
        """File and line of `node`."""
        return f"{self.name}:{node.start_mark.line + 1}"


def read_document(path: Path) -> tuple[Layer, tuple[Finding, ...]]:
    """The tree of the file at `path` and what is wrong with it as YAML."""
    name = str(path)
    try:
        text = _text_of(path)
    except TooLarge:
        return Layer({}, {}), (
            Finding(name, "config.file_too_large", {"limit_kib": SIZE_LIMIT_KIB}),
        )
    except UnicodeDecodeError:
        return Layer({}, {}), (Finding(name, "config.file_not_utf8"),)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not path.is_symlink():
            return Layer({}, {}), (Finding(name, "config.file_missing"),)
        return Layer({}, {}), (Finding(name, "config.file_unreadable", {"why": error.strerror}),)
    return _parse(text, name)


def _text_of(path: Path) -> str:
    """The text of a file; raises `TooLarge` before it is read on and on."""
    with path.open("rb") as file:
        content = file.read(SIZE_LIMIT_KIB * 1024 + 1)
    if len(content) > SIZE_LIMIT_KIB * 1024:
        raise TooLarge
    return content.decode("utf-8-sig")


def read_value(text: str) -> object:
    """The value of a piece of YAML, e.g. `[1, 2]`; raises `yaml.YAMLError` when it is broken."""
    _refuse_depth(text)
    return yaml.load(text, yaml.CSafeLoader)


def _parse(text: str, name: str) -> tuple[Layer, tuple[Finding, ...]]:
    try:
        _refuse_depth(text)
        return _read(yaml.compose(text, yaml.CSafeLoader), name)
    except TooDeep as error:
        where = f"{name}:{error.line}"
        return Layer({}, {}), (Finding(where, "config.too_deep", {"limit": DEPTH_LIMIT}),)
    except yaml.YAMLError as error:
        return Layer({}, {}), (_broken(error, text, name),)
    except RecursionError:  # aliases that lead from one to the next
        return Layer({}, {}), (Finding(name, "config.too_deep", {"limit": DEPTH_LIMIT}),)


def _refuse_depth(text: str) -> None:
    """Raise `TooDeep` before the loader, which answers great depth by ending the process."""
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_LIMIT:
            raise TooDeep(event.start_mark.line + 1 if event.start_mark else 1)


def _read(root: yaml.Node | None, name: str) -> tuple[Layer, tuple[Finding, ...]]:
    if root is None or (isinstance(root, yaml.ScalarNode) and root.value == ""):
        return Layer({}, {}), ()
    document = Document(name)
    if not isinstance(root, yaml.MappingNode):
        document.add("config.not_sections", root, ())
        return Layer({}, {}), tuple(document.findings)
    tree = {key: {} if value is None else value for key, value in _items(document, root)}
    return Layer(tree, document.origins), tuple(document.findings)


def _items(document: Document, root: yaml.MappingNode) -> Iterator[tuple[str, object]]:
    tree = document.value(root, ())
    yield from tree.items() if isinstance(tree, dict) else ()


def _broken(error: yaml.YAMLError, text: str, name: str) -> Finding:
    detail = str(getattr(error, "problem", "") or "unreadable characters")
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        unreadable = UNREADABLE.search(text)
        line = text.count("\n", 0, unreadable.start()) + 1 if unreadable else 0
        return Finding(f"{name}:{line}" if line else name, "config.yaml_broken", {"detail": detail})
    where = f"{name}:{mark.line + 1}"
    if text[mark.index : mark.index + 1] == "\t" or " tab " in detail:
        return Finding(where, "config.yaml_tab")
    return Finding(where, "config.yaml_broken", {"detail": detail})


def _text(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
