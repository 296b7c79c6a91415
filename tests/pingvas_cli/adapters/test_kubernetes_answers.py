"""Each failure of the client becomes one of ours, and its own words are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import MaxRetryError

from pingvas_cli.adapters.kubernetes import KubeconfigKubernetes
from pingvas_cli.adapters.kubernetes_answers import asking
from pingvas_cli.errors import UsageError
from pingvas_cli.ports.kubernetes import KubernetesError

CONFLICT = 'conflict with "kubectl-scale" using apps/v1: .spec.replicas'
CODES: Mapping[tuple[int, str], str] = {
    (400, "BadRequest"): "invalid",
    (401, "Unauthorized"): "unauthorized",
    (403, "Forbidden"): "forbidden",
    (404, "NotFound"): "missing",
    (405, "MethodNotAllowed"): "refused",
    (409, "AlreadyExists"): "exists",
    (409, "Conflict"): "conflict",
    (422, "Invalid"): "invalid",
    (429, "TooManyRequests"): "busy",
    (500, "InternalError"): "busy",
    (503, "ServiceUnavailable"): "busy",
}


@pytest.mark.parametrize(("status", "reason"), CODES)
def test_what_the_server_says(status: int, reason: str) -> None:
    body = json.dumps({"kind": "Status", "message": CONFLICT, "reason": reason})
    with pytest.raises(KubernetesError) as told, asking("Deployment dev/user"):
        raise ApiException(status=status, reason="no", body=body)
    assert told.value.code == f"kubernetes.{CODES[status, reason]}"
    assert (told.value.where, told.value.params["detail"]) == ("Deployment dev/user", CONFLICT)


def test_a_page_of_a_proxy_is_no_status() -> None:
    with pytest.raises(KubernetesError) as told, asking("version"):
        raise ApiException(status=502, reason="Bad Gateway", body="<html>")
    assert (told.value.code, told.value.params["detail"]) == ("kubernetes.busy", "Bad Gateway")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ApiException(status=0, reason="Handshake status 403"), "unreachable"),
        (MaxRetryError(None, "/version"), "unreachable"),  # type: ignore[arg-type]  # any pool
        (ConnectionResetError("gone"), "unreachable"),
        (KeyError("items"), "garbled"),
        (json.JSONDecodeError("no", "", 0), "garbled"),
    ],
)
def test_no_answer_and_none_of_kubernetes(error: Exception, code: str) -> None:
    with pytest.raises(KubernetesError) as told, asking("version"):
        raise error
    assert told.value.code == f"kubernetes.{code}"


@pytest.mark.parametrize("text", ["", "a: [", "{}", "{apiVersion: v1, kind: Config}"])
def test_a_kubeconfig_that_leads_nowhere(tmp_path: Path, text: str) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(text)
    with pytest.raises(UsageError) as told:
        KubeconfigKubernetes(file).server()
    assert told.value.code == "kubernetes.no_kubeconfig"


def test_a_kubeconfig_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        KubeconfigKubernetes(tmp_path / "absent").server()
    assert told.value.code == "kubernetes.no_kubeconfig"
