"""What the roots plan: the record that the reference is made of, and the policies of buckets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from docs.inventory.items import planned as recorded
from tests.terraform.conftest import Planned
from tests.terraform.plans import CONFIGURATIONS, counts, managed

TRANSPORT = "data.aws_iam_policy_document.transport"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_record_is_the_plan(name: str, planned: Planned) -> None:
    """`python -m tests.terraform` writes the record anew."""
    assert counts(planned(name).values()) == recorded()[name]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["default"])
def test_every_policy_of_a_bucket_refuses_plain_http_and_old_tls(
    name: str, planned: Planned
) -> None:
    """Each is made of documents that include the two refusals, or is the document of them."""
    found = {
        f"{module}.{policy}": [_is_closed(documents, each) for each in documents_of]
        for plan in planned(name).values()
        for module, documents, policies in _modules(plan.document)
        for policy, documents_of in policies.items()
    }
    assert set(found) == {"object_store.this", "object_store.logs"}
    assert all(closed and all(closed) for closed in found.values()), found


@pytest.mark.timeout(600)
def test_every_certificate_has_an_alarm_before_it_ends(planned: Planned) -> None:
    """Those of CloudFront too, as the default platform is in their region."""
    resources = [
        resource
        for plan in planned("default").values()
        for resource in managed(plan.document["planned_values"]["root_module"])
    ]
    values = [each.get("values", {}) for each in resources]
    ending = [each for each in values if each.get("metric_name") == "DaysToExpiry"]
    alarms = {each["alarm_name"] for each in ending}
    names = ("dev", "dev-images", "prod", "prod-images")
    assert alarms == {f"pingvas-certificate-{each}" for each in names}
    certificates = [each for each in resources if each["type"] == "aws_acm_certificate"]
    assert len(certificates) == len(alarms)


Documents = Mapping[str, Mapping[str, Any]]
Policies = Mapping[str, list[str]]


def _modules(plan: Mapping[str, Any]) -> Iterator[tuple[str, Documents, Policies]]:
    """Each module with its policy documents, and the documents that its buckets' policies name."""
    for name, call in plan["configuration"]["root_module"]["module_calls"].items():
        resources = call["module"].get("resources", ())
        documents = {
            each["address"]: each["expressions"]
            for each in resources
            if each["type"] == "aws_iam_policy_document"
        }
        policies = {
            each["name"]: [
                document
                for document in documents
                if document in each["expressions"]["policy"]["references"]
            ]
            for each in resources
            if each["type"] == "aws_s3_bucket_policy"
        }
        yield name, documents, policies


def _is_closed(documents: Documents, address: str) -> bool:
    sources = documents[address].get("source_policy_documents", {}).get("references", ())
    if TRANSPORT in sources:
        address = TRANSPORT
    statements = documents[address].get("statement", ())
    refused = {
        each["sid"]["constant_value"]
        for each in statements
        if each.get("effect", {}).get("constant_value") == "Deny"
    }
    return {"DenyPlainHttp", "DenyOldTls"} <= refused
