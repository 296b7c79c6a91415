"""Small habits that matter: where addresses, sleeps and output may stand."""

from __future__ import annotations

import ast

from tests.architecture.tree import Module, modules


def test_nothing_binds_to_every_interface() -> None:
    found = [str(m.path) for m in modules() if '"0.0.0.0"' in m.text]
    assert not found


def test_steps_never_sleep() -> None:
    rooms = ("pingvas_cli/bootstrap", "pingvas_cli/release", "pingvas_cli/config")
    found = [
        f"{m.path}:{call.lineno}"
        for m in modules()
        if str(m.path).startswith(rooms)
        for call in _calls(m, "sleep")
    ]
    assert not found


def test_only_the_console_prints() -> None:
    found = [f"{m.path}:{call.lineno}" for m in modules() for call in _calls(m, "print")]
    assert not found


def test_every_step_of_the_local_target_lies_in_its_room() -> None:
    from pingvas_cli.bootstrap.local.sequence import LOCAL, STOP_ORDER
    from pingvas_cli.bootstrap.local.supervised import SupervisedStep

    slugs = [step.slug for step in LOCAL]
    assert len(slugs) == len(set(slugs))
    groups = {step.slug for step in LOCAL if isinstance(step, SupervisedStep)}
    assert {group for line in STOP_ORDER for group in line} == groups


def test_no_suppression_is_without_a_reason() -> None:
    """`noqa` and `type: ignore` name a rule; the reason stands behind it or above the line."""
    bare = [
        f"{m.path}:{number}"
        for m in modules()
        for number, line in enumerate(m.text.splitlines(), start=1)
        if line.rstrip().endswith(("# noqa", "# type: ignore"))
    ]
    assert not bare


def _calls(module: Module, name: str) -> list[ast.Call]:
    """Calls of a plain name, or of a function of that name in `time` or `asyncio`."""
    return [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in (name, f"time.{name}", f"asyncio.{name}")
    ]
