"""The values meet the declarations, and the decisions behind them are the ones that are told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

import pytest

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.edge_routes import ROUTES, SMALL_MB
from pingvas_cli.errors import UsageError
from pingvas_cli.rendering.contexts import edge
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.contexts.root import root_of
from pingvas_cli.rendering.contexts.variables import variables
from pingvas_cli.rendering.renderer import render
from pingvas_cli.rendering.targets import VALUES
from tests.golden import GITOPS, NEEDED, ON_AWS, configuration, tree

TFVARS = "terraform/platform/terraform.tfvars.json"
DECLARED = re.compile(r'variable "(\w+)" \{(.*?)\n\}', re.DOTALL)
ATTRIBUTE = re.compile(r"^\s*(\w+)\s+= ", re.MULTILINE)


def values(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(tree(name)[TFVARS])
    return found


def declared(name: str) -> dict[str, str]:
    """Each variable's block, without those that have a default and so need no value."""
    text = tree(name)["terraform/platform/variables.tf"].decode()
    return {key: body for key, body in DECLARED.findall(text) if "\n  default " not in body}


def names(value: object) -> Iterator[str]:
    """The attributes of an object's type: keys that are not an environment's or a person's own."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from names(below)


@pytest.mark.parametrize("name", ON_AWS)
def test_each_variable_has_its_value_and_each_value_its_variable(name: str) -> None:
    assert sorted(values(name)) == sorted(declared(name))


@pytest.mark.parametrize("name", ON_AWS)
def test_objects_have_exactly_the_attributes_that_are_declared(name: str) -> None:
    free = {"dev", "prod", *ROUTES_SERVICES, "dev_images", "prod_images", "checkpoints", "logs"}
    free |= {"argocd", "monitoring", "images", "file_store", "database", "team"}
    for key, body in declared(name).items():
        _, _, kind = body.partition("type")
        wanted = set(ATTRIBUTE.findall(kind)) - {"type"}
        assert set(names(values(name)[key])) - free == wanted - free, key


ROUTES_SERVICES = {route.service for route in ROUTES}


def test_without_domain_account_owner_and_repository_nothing_is_rendered() -> None:
    with pytest.raises(UsageError) as caught:
        render(Platform.plain(Configuration()))
    assert [one.where for one in caught.value.findings] == [
        *(f"platform.{key}" for key in NEEDED),
        "gitops.repository",
    ]


def test_terraform_trusts_the_written_repository_with_its_numbers_and_provider() -> None:
    arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    github = {"owner_id": "1", "repository_id": "2", "provider_arn": arn}
    written = {"repository": "https://github.com/owner/name", "github": github}
    made = Configuration.model_validate(
        {
            "platform": NEEDED,
            "gitops": written,
            "gpu_nodes": {"create_spot_service_role": True},
        }
    )
    found = json.loads(render(Platform.plain(made))[VALUES])
    wanted = {"repository": "owner/name", **github}
    assert {key: found["delivery"][key] for key in wanted} == wanted
    assert found["gpu_nodes"] == {"create_spot_service_role": True}


def test_paths_that_take_files_are_upload_paths_of_the_firewall() -> None:
    local = configuration("default").local
    large = {path for one in ROUTES if one.largest_mb(local) > SMALL_MB for path in one.prefixes}
    assert large
    assert set(values("default")["firewall"]["upload_paths"]) == large


def test_every_route_of_the_edge_leads_to_its_service() -> None:
    services = edge.services(configuration("default"))
    assert set(services) == ROUTES_SERVICES
    told = {prefix for one in services.values() for prefix in one["path_prefixes"]}  # type: ignore[index] # plain data
    assert told == {prefix for route in ROUTES for prefix in route.prefixes}


def test_the_second_vpc_lies_behind_the_first_and_mirrors_it() -> None:
    first, second = values("two-region")["network"], values("two-region")["second_network"]
    assert (first["vpc_cidr"], second["vpc_cidr"]) == ("10.0.0.0/16", "10.1.0.0/16")
    for kind in ("public_subnets", "private_subnets", "database_subnets"):
        assert len(second[kind]) == len(first[kind])
        for one in second[kind]:
            assert IPv4Network(one).subnet_of(IPv4Network(second["vpc_cidr"]))


def test_an_account_stands_for_its_id_in_bucket_names() -> None:
    assert values("default")["object_store"]["suffix"] == NEEDED["account_id"]
    written = {"platform": NEEDED, "gitops": GITOPS, "object_store": {"name_suffix": "mine"}}
    config = Configuration.model_validate(written)
    found = variables(Platform.plain(config), root_of(config))["object_store"]
    assert found["suffix"] == "mine"  # type: ignore[index] # plain data


def test_each_environment_has_the_distribution_of_its_overlay() -> None:
    whole = configuration("default")
    cheap = Configuration.model_validate(
        {"platform": NEEDED, "gitops": GITOPS, "cdn": {"price_class": "PriceClass_100"}}
    )
    found = variables(Platform(whole, cheap, whole), root_of(whole))["cdn"]
    assert {key: one["price_class"] for key, one in found.items()} == {  # type: ignore[attr-defined] # plain data
        "dev": "PriceClass_100",
        "prod": "PriceClass_200",
    }


def test_dev_may_not_replace_the_checkpoints_that_prod_serves() -> None:
    told = values("default")["environments"]
    assert [told[name]["publishes_checkpoints"] for name in ("dev", "prod")] == [False, True]


def test_no_secret_is_in_the_tree() -> None:
    config = Configuration.model_validate(
        {
            "platform": NEEDED,
            "gitops": GITOPS,
            "monitoring": {"alerts": {"slack_webhook_url": "https://hooks.example/s3cr3t"}},
        }
    )
    assert b"s3cr3t" not in b"".join(render(Platform.plain(config)).values())
