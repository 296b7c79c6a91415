"""Server-side apply as the documentation of Kubernetes tells it, on the schemas of real kinds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.servers.api_server.ownership import (
    Conflict,
    Object,
    Owners,
    apply,
    managed_fields,
    update,
)
from tests.servers.api_server.shapes import shape_of

CONFIG_MAP = shape_of("v1", "ConfigMap")
DEPLOYMENT = shape_of("apps/v1", "Deployment")


def config_map(**data: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings"},
        "data": dict(data),
    }


def deployment(*containers: Object, **spec: Any) -> Object:
    pod = {"spec": {"containers": list(containers)}}
    return {"metadata": {"name": "user"}, "spec": {"template": pod, **spec}}


def made(sent: Object, manager: str = "pingvas") -> tuple[Object, Owners]:
    return apply(CONFIG_MAP, {}, {}, sent, manager, force=False)


def containers_of(found: Object) -> Any:
    return found["spec"]["template"]["spec"]["containers"]


def test_what_was_applied_is_owned_and_its_name_is_nobodys() -> None:
    _, owners = made(config_map(color="red"))
    (entry,) = managed_fields(owners, "v1", "2026-01-01T00:00:00Z")
    assert entry["fieldsV1"] == {"f:data": {"f:color": {}}}
    assert (entry["manager"], entry["operation"]) == ("pingvas", "Apply")


def test_another_manager_that_changes_a_field_conflicts() -> None:
    live, owners = made(config_map(color="red"))
    with pytest.raises(Conflict) as refused:
        apply(CONFIG_MAP, live, owners, config_map(color="blue"), "argocd", force=False)
    assert refused.value.fields == (("pingvas", ("f:data", "f:color")),)


def test_force_takes_the_field_away_from_the_other() -> None:
    live, owners = made(config_map(color="red", size="big"))
    after, owners = apply(CONFIG_MAP, live, owners, config_map(color="blue"), "argocd", force=True)
    assert after["data"] == {"color": "blue", "size": "big"}
    assert owners["pingvas", "Apply"] == {("f:data", "f:size")}


def test_the_same_value_is_shared_without_a_conflict() -> None:
    live, owners = made(config_map(color="red"))
    _, owners = apply(CONFIG_MAP, live, owners, config_map(color="red"), "argocd", force=False)
    assert owners["pingvas", "Apply"] == owners["argocd", "Apply"]


def test_what_is_left_out_goes_unless_another_owns_it() -> None:
    live, owners = made(config_map(color="red", size="big"))
    live, owners = apply(CONFIG_MAP, live, owners, config_map(size="big"), "argocd", force=False)
    after, _ = apply(CONFIG_MAP, live, owners, {**config_map()}, "pingvas", force=False)
    assert after["data"] == {"size": "big"}


def test_a_plain_write_takes_what_it_changes() -> None:
    live, owners = made(config_map(color="red", size="big"))
    owners = update(CONFIG_MAP, live, owners, config_map(color="blue", size="big"), "kubectl")
    assert owners["kubectl", "Update"] == {("f:data", "f:color")}
    assert owners["pingvas", "Apply"] == {("f:data", "f:size")}


def test_items_of_a_list_with_keys_have_owners_of_their_own() -> None:
    program = {"name": "user", "image": "user:1"}
    helper = {"name": "proxy", "image": "proxy:1"}
    live, owners = apply(DEPLOYMENT, {}, {}, deployment(program), "pingvas", force=False)
    live, owners = apply(DEPLOYMENT, live, owners, deployment(helper), "mesh", force=False)
    assert [each["name"] for each in containers_of(live)] == ["user", "proxy"]
    newer = deployment({**program, "image": "user:2"})
    live, owners = apply(DEPLOYMENT, live, owners, newer, "pingvas", force=False)
    assert containers_of(live) == [{**program, "image": "user:2"}, helper]
    after, _ = apply(DEPLOYMENT, live, owners, deployment(), "mesh", force=False)
    assert containers_of(after) == [{**program, "image": "user:2"}]


def test_a_port_without_a_protocol_is_the_one_over_tcp() -> None:
    bare = {"name": "user", "ports": [{"containerPort": 8001}]}
    said = {"name": "user", "ports": [{"containerPort": 8001, "protocol": "TCP"}]}
    live, owners = apply(DEPLOYMENT, {}, {}, deployment(bare), "pingvas", force=False)
    after, _ = apply(DEPLOYMENT, live, owners, deployment(said), "pingvas", force=False)
    assert containers_of(after)[0]["ports"] == said["ports"]


def test_an_atomic_map_has_one_owner() -> None:
    mine = deployment(selector={"matchLabels": {"a": "b"}})
    live, owners = apply(DEPLOYMENT, {}, {}, mine, "pingvas", force=False)
    theirs = deployment(selector={"matchLabels": {"c": "d"}})
    with pytest.raises(Conflict):
        apply(DEPLOYMENT, live, owners, theirs, "argocd", force=False)
