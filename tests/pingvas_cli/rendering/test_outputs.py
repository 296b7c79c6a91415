"""Facts of the manifests come from Terraform's outputs, each from one that there is."""

from __future__ import annotations

import re

import pytest
import yaml

from pingvas_cli.rendering.contexts.facts import facts, platform_facts
from pingvas_cli.rendering.contexts.place import Place, Site, places
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.outputs import (
    FROM_ELSEWHERE,
    FROM_OUTPUTS,
    Outputs,
    facts_from_outputs,
    filled,
)
from tests.golden import ON_AWS, configuration, tree

SERVICES = ("user", "payment", "generation", "gallery", "model")
OUTPUTS: Outputs = {
    "databases": {name: {"endpoint": f"{name}.rds"} for name in ("dev", "prod")},
    "caches": {name: {"primary_endpoint": f"{name}.cache"} for name in ("dev", "prod")},
    "file_store": {
        "file_system_id": "fs-1",
        "access_point_ids": {"dev": "fsap-1", "prod": "fsap-2"},
    },
    "edge": {
        "target_group_arns": {
            f"{name}/{service}": f"arn:{name}:{service}"
            for name in ("dev", "prod")
            for service in SERVICES
        }
    },
}


def place(tree_name: str, environment: str) -> Place:
    (found,) = (
        one for one in places(Platform.plain(configuration(tree_name))) if one.name == environment
    )
    return found


@pytest.mark.parametrize("name", ON_AWS)
@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_every_fact_has_a_source_and_its_value(name: str, environment: str) -> None:
    own = place(name, environment)
    known = facts_from_outputs(own, OUTPUTS)
    assert set(known) | FROM_ELSEWHERE >= set(facts(own)) | set(platform_facts(Site(own.whole)))
    assert known["database_host"] == f"{environment}.rds"
    assert known["target_group_user"] == f"arn:{environment}:user"
    if "checkpoints_volume" in facts(own):
        assert known["checkpoints_volume"] == f"fs-1::fsap-{1 if environment == 'dev' else 2}"


@pytest.mark.parametrize("name", ON_AWS)
def test_every_source_is_an_output_of_the_root(name: str) -> None:
    """The first key names an output, the last a value in it or a key that it is made by."""
    text = tree(name)["terraform/platform/outputs.tf"].decode()
    blocks = dict(re.findall(r'^output "(\w+)" \{(.*?)^\}', text, re.MULTILINE | re.DOTALL))
    own = place(name, "prod")
    for fact in facts(own):
        for path in FROM_OUTPUTS.get(fact, ()):
            named = [key for key in path[1:] if "{" not in key]
            assert all(re.search(rf"^\s+{key}\s+=", blocks[path[0]], re.MULTILINE) for key in named)


def test_what_terraform_does_not_tell_yet_is_left_out() -> None:
    own = place("default", "dev")
    assert facts_from_outputs(own, {}) == {}
    assert "checkpoints_volume" not in facts_from_outputs(
        own, {"file_store": {"file_system_id": "fs-1"}}
    )


def test_a_file_is_filled_and_the_rest_of_it_stays() -> None:
    seed = tree("default")["k8s/facts/prod/facts.yaml"].decode()
    known = facts_from_outputs(place("default", "prod"), OUTPUTS)
    authorities = "-----BEGIN\nA \\1\n-----END\n"
    after = filled(seed, {**known, "database_authorities": authorities, "unheard_of": "x"})
    before, found = yaml.safe_load(seed), yaml.safe_load(after)
    assert found["data"] == {**before["data"], **known, "database_authorities": authorities}
    assert {**found, "data": {}} == {**before, "data": {}}
    assert filled(after, known) == after
