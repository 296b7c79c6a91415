"""Logs of every pod reach the one log group that Terraform makes for them (inventory 59, D11)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any, Final

import pytest

from tests.golden import ON_AWS, tree
from tests.manifests.test_addons import values
from tests.manifests.trees import ENVIRONMENTS, Rendered, pod_of

MODULES: Final = "terraform/modules"
MARK: Final = "0123456789abcdef" * 4
"""As long as the id of a container is."""


def sections(name: str, part: str) -> Iterator[dict[str, str]]:
    """The sections of one part of Fluent Bit's configuration."""
    for text in re.split(r"^\[[A-Z]+\]$", values(name, "logs")["config"][part], flags=re.MULTILINE):
        found = dict(line.split(maxsplit=1) for line in text.splitlines() if line.strip())
        if found:
            yield found


def tag(name: str, pod: str, namespace: str, container: str) -> str:
    """What the lines of a container get: exactly one input reads them."""
    path = f"/var/log/containers/{pod}_{namespace}_{container}-{MARK}.log"
    (one,) = (
        each
        for each in sections(name, "inputs")
        if any(fnmatch(path, files) for files in each["Path"].split(","))
        and not fnmatch(path, each["Exclude_Path"])
    )
    found = re.search(one["Tag_Regex"].replace("(?<", "(?P<"), path)
    assert found
    assert found["namespace"] == namespace
    return re.sub(r"<(\w+)>", lambda match: found[match[1]], one["Tag"])


def groups(name: str, of: str) -> list[str]:
    """Where lines of that tag go, but for the bucket."""
    outputs = [one for one in sections(name, "outputs") if fnmatch(of, one["Match"])]
    assert [one["Name"] for one in outputs] == ["cloudwatch_logs", "s3"]
    return [one["log_group_name"] for one in outputs if "log_group_name" in one]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_programs_lines_reach_its_environments_group(default: Rendered, environment: str) -> None:
    for place, workload in default.workloads():
        if place.startswith(f"{environment}/"):
            program = workload["metadata"]["name"]
            kind = "worker" if program == "worker" else "services"
            for container in pod_of(workload)["containers"]:
                own = tag("default", f"{program}-7d4b9c-x2x4z", environment, container["name"])
                assert own == f"{environment}.{kind}.{program}-7d4b9c-x2x4z.{container['name']}"
                assert groups("default", own) == [f"/pingvas/{environment}/{kind}"]


@pytest.mark.parametrize("namespace", ["argocd", "external-secrets", "keda", "kube-system"])
def test_an_add_ons_lines_reach_the_platforms_group(namespace: str) -> None:
    own = tag("default", "operator-7d4b9c-x2x4z", namespace, "operator")
    assert groups("default", own) == ["/pingvas/platform"]


def test_the_collector_does_not_read_itself() -> None:
    assert tag("default", "grafana-0", "monitoring", "grafana")
    with pytest.raises(ValueError, match="not enough values"):
        tag("default", "fluent-bit-x2x4z", "monitoring", "fluent-bit")


@pytest.mark.parametrize("name", ON_AWS)
def test_groups_account_and_bucket_are_terraforms(name: str) -> None:
    """It makes no group, as those of its own would keep logs for ever."""
    files = {path: content.decode() for path, content in tree(name).items() if path.endswith(".tf")}
    platform = json.loads(tree(name)["terraform/platform/terraform.tfvars.json"])["platform"]
    prefix, module = platform["name"], files[f"{MODULES}/observability/main.tf"]
    assert 'setproduct(var.environments, ["services", "worker"])' in module
    assert '{ "platform" = "shared" }' in module
    assert 'name              = "/${var.name}/${each.key}"' in module
    made = {f"/{prefix}/{each}/{kind}" for each in ENVIRONMENTS for kind in ("services", "worker")}
    outputs = list(sections(name, "outputs"))
    assert {one["region"] for one in outputs} == {platform["region"]}
    cloudwatch = [one for one in outputs if one["Name"] == "cloudwatch_logs"]
    assert {one["log_group_name"] for one in cloudwatch} == {*made, f"/{prefix}/platform"}
    assert all(one["auto_create_group"] == "Off" for one in cloudwatch)
    identity = files[f"{MODULES}/identity/variables.tf"]
    account = values(name, "logs")["serviceAccount"]["name"]
    assert (
        f'"fluent-bit"               = {{ namespace = "monitoring", name = "{account}" }}'
        in identity
    )
    (kept,) = (one for one in outputs if one["Name"] == "s3")
    (below,) = re.findall(r'variable "logs_prefix".*?default += "(.*?)"', identity, re.DOTALL)
    assert kept["s3_key_format"].startswith(f"/{below}$TAG/")
    assert kept["bucket"].startswith(f"{prefix}-logs-shared")
    assert kept["use_put_object"] == "On"  # its role may put objects and no more


@pytest.mark.parametrize("name", ON_AWS)
def test_the_collector_is_confined(name: str) -> None:
    """It stands on every node, and writes to its own folder alone."""
    own: dict[str, Any] = values(name, "logs")
    assert own["tolerations"] == [{"operator": "Exists"}]
    assert "nodeSelector" not in own
    assert own["rbac"] == {"create": False}
    confined = own["securityContext"]
    assert confined["readOnlyRootFilesystem"]
    assert not confined["allowPrivilegeEscalation"]
    assert confined["capabilities"] == {"drop": ["ALL"]}
    writable = [one["mountPath"] for one in own["daemonSetVolumeMounts"] if not one.get("readOnly")]
    assert writable == ["/var/fluent-bit/state"]
    written = [
        *(one["DB"] for one in sections(name, "inputs")),
        *(one["store_dir"] for one in sections(name, "outputs") if "store_dir" in one),
        *(one["storage.path"] for one in sections(name, "service")),
    ]
    assert all(path.startswith(f"{writable[0]}/") for path in written)
    assert re.fullmatch(r"\d+\.\d+\.\d+", own["image"]["tag"])
