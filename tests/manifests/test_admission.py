"""The policy over workers' own pods, its expressions evaluated as the API server would."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import celpy
import pytest
from celpy.adapter import json_to_cel

from tests.manifests.judges import Document, faults
from tests.manifests.trees import Rendered
from worker.pod import BUSY_COST, DELETION_COST, DO_NOT_DISRUPT

POD = "worker-7d9f-x2x"
PLAIN: dict[str, Any] = {
    "metadata": {"name": POD, "labels": {"app": "worker"}, "annotations": {"kept": "1"}},
    "spec": {"containers": [{"name": "worker", "image": "ours"}]},
}
MARKED = {DO_NOT_DISRUPT: "true", DELETION_COST: BUSY_COST}


@pytest.fixture(scope="module")
def policy(default: Rendered) -> Document:
    (found,) = (
        one for one in default.platform["admission"] if one["kind"] == "ValidatingAdmissionPolicy"
    )
    return found


def true(expression: str, **names: Any) -> bool:
    return bool(value(expression, **names))


def value(expression: str, **names: Any) -> object:
    environment = celpy.Environment()
    program = environment.program(environment.compile(expression))
    return program.evaluate({name: json_to_cel(one) for name, one in names.items()})


def allowed(
    policy: Document,
    after: Document,
    before: Document = PLAIN,
    *,
    user: str = "system:serviceaccount:prod:worker",
    caller: str = POD,
) -> bool:
    """Whether a change goes through."""
    extra = {"authentication.kubernetes.io/pod-name": [caller]}
    names: dict[str, Any] = {
        "request": {"name": POD, "userInfo": {"username": user, "extra": extra}},
        "object": after,
        "oldObject": before,
    }
    spec = policy["spec"]
    if not all(true(each["expression"], **names) for each in spec["matchConditions"]):
        return True
    known = {each["name"]: value(each["expression"], **names) for each in spec["variables"]}
    return all(true(each["expression"], variables=known, **names) for each in spec["validations"])


def changed(**metadata: Any) -> dict[str, Any]:
    pod = deepcopy(PLAIN)
    pod["metadata"].update(metadata)
    return pod


def test_it_is_valid_and_bound(rendered: Rendered) -> None:
    found = rendered.platform["admission"]
    assert list(faults(found)) == []
    policy, binding = sorted(found, key=lambda one: len(one["kind"]))
    assert binding["spec"]["policyName"] == policy["metadata"]["name"]
    assert binding["spec"]["validationActions"] == ["Deny"]
    assert policy["spec"]["failurePolicy"] == "Fail"


def test_a_worker_puts_its_marks_on_and_takes_them_off(policy: Document) -> None:
    marked = changed(annotations={"kept": "1", **MARKED})
    assert allowed(policy, marked)
    assert allowed(policy, PLAIN, before=marked)
    bare = deepcopy(PLAIN)
    del bare["metadata"]["annotations"]
    assert allowed(policy, changed(annotations=MARKED), before=bare)


@pytest.mark.parametrize(
    "wrong",
    [
        {**PLAIN, "spec": {"containers": [{"name": "worker", "image": "theirs"}]}},
        changed(labels={"app": "user"}),
        changed(annotations={"kept": "2"}),
        changed(annotations={}),
        changed(annotations={"kept": "1", "more": "1"}),
    ],
)
def test_a_worker_changes_nothing_else(policy: Document, wrong: Document) -> None:
    assert not allowed(policy, wrong)


def test_a_worker_changes_no_other_pod(policy: Document) -> None:
    marked = changed(annotations={"kept": "1", **MARKED})
    assert not allowed(policy, marked, caller="worker-of-somebody")
    assert not allowed(policy, marked, user="system:serviceaccount:dev:worker", caller="another")


def test_others_are_not_held_by_it(policy: Document) -> None:
    wrong = changed(annotations={"any": "thing"})
    assert allowed(policy, wrong, user="system:kube-controller-manager", caller="none")
