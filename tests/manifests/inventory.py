"""Which item of the architecture which rendered object answers, and which test holds it there.

A row's objects are `overlay kind/name`, or `platform/room kind/name`, of the default tree. Items
are those of the inventory and of its corrections; the table is data, so that a page of the
reference can show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

WORKLOADS: Final = "tests/manifests/test_workloads.py"
SETTINGS: Final = "tests/manifests/test_settings.py"
POOLER: Final = "tests/services/test_pooler.py"
ADMISSION: Final = "tests/manifests/test_admission.py"
PLATFORM: Final = "tests/manifests/test_platform.py"
CAPACITY: Final = "tests/manifests/test_capacity.py"
NETWORKS: Final = "tests/manifests/test_networks.py"
DELIVERY: Final = "tests/manifests/test_delivery.py"
WORKFLOWS: Final = "tests/manifests/test_workflows.py"
ADDONS: Final = "tests/manifests/test_addons.py"
LOGS: Final = "tests/manifests/test_logs.py"
GAUGES: Final = "tests/services/generation/test_queue_gauges.py"


@dataclass(frozen=True)
class Proof:
    """One item, what is said of it, where it is, and the tests that would fail without it."""

    item: str
    said: str
    objects: tuple[str, ...]
    tests: tuple[str, ...]


INVENTORY: Final = (
    Proof(
        "22",
        "five services and workers in dev",
        (
            *(f"dev/{name} Deployment/{name}" for name in ("user", "payment", "generation")),
            *(f"dev/{name} Deployment/{name}" for name in ("gallery", "model", "worker")),
        ),
        (f"{WORKLOADS}::test_every_overlay_is_valid_on_three_minors",),
    ),
    Proof(
        "23",
        "the same five in prod, up to fifteen workers",
        ("prod/user Deployment/user", "prod/worker ScaledObject/worker"),
        (f"{WORKLOADS}::test_workers_follow_the_queue_from_none",),
    ),
    Proof(
        "26",
        "dev apart from prod, prod before dev",
        ("prod/user Deployment/user",),
        (
            f"{WORKLOADS}::test_environments_stay_in_their_places",
            f"{WORKLOADS}::test_on_aws_pods_select_nodes_of_their_environment",
        ),
    ),
    Proof(
        "18-21, P3",
        "three weighted GPU pools under one cap, each environment's own",
        (
            "platform/karpenter NodePool/pingvas-dev-gpu-standard",
            "platform/karpenter NodePool/pingvas-prod-gpu-standard",
            "platform/karpenter NodePool/pingvas-prod-gpu-high-resolution",
            "platform/karpenter NodePool/pingvas-prod-gpu-newest",
        ),
        (
            f"{CAPACITY}::test_all_gpu_pools_stay_below_the_cap",
            f"{CAPACITY}::test_an_environment_has_the_gpus_that_it_may_ask_for",
            f"{CAPACITY}::test_heavier_pools_are_tried_first",
        ),
    ),
    Proof(
        "22, 23, P11",
        "quotas, GPUs by requests, and defaults for containers that say nothing",
        (
            *(f"{each}/namespace ResourceQuota/environment" for each in ("dev", "prod")),
            *(f"{each}/namespace LimitRange/containers" for each in ("dev", "prod")),
        ),
        (
            f"{PLATFORM}::test_namespaces_are_restricted_and_bounded",
            f"{CAPACITY}::test_all_workloads_at_their_most_fit_the_quota",
        ),
    ),
    Proof(
        "26",
        "priorities of 100,000 and 1,000,000, each admitted in its namespace alone",
        (
            "platform/priorities PriorityClass/pingvas-dev",
            "platform/priorities PriorityClass/pingvas-prod",
            "dev/namespace ResourceQuota/other-priorities",
        ),
        (f"{CAPACITY}::test_priorities_are_known_and_admitted",),
    ),
    Proof(
        "28, P2, P4, P10",
        "Karpenter v1: spot or on demand, five minutes empty, a week old, a pinned image",
        (
            "platform/karpenter NodePool/pingvas-prod-gpu-standard",
            "platform/karpenter EC2NodeClass/pingvas-prod-gpu",
        ),
        (
            f"{PLATFORM}::test_pools_name_classes_that_there_are_and_leave_as_asked",
            f"{PLATFORM}::test_nodes_take_their_groups_images_and_metadata_by_rule",
        ),
    ),
    Proof(
        "17, P6, P8",
        "add-ons on the managed system nodes, where they fit with room for their agents",
        ("argocd Application/platform-karpenter",),
        (
            f"{ADDONS}::test_add_ons_fit_the_system_nodes",
            f"{ADDONS}::test_a_part_stands_on_system_nodes_within_its_memory",
            f"{ADDONS}::test_charts_are_told_what_terraform_makes",
        ),
    ),
    Proof(
        "P6, P7",
        "a general pool that holds all services at their most",
        (
            "platform/karpenter NodePool/pingvas-dev-general",
            "platform/karpenter NodePool/pingvas-prod-general",
        ),
        (f"{CAPACITY}::test_services_at_their_most_fit_the_general_pool",),
    ),
    Proof(
        "26, 54, N1",
        "nothing passes that no program needs, nothing from dev to prod",
        (
            "dev/namespace NetworkPolicy/default-deny",
            "prod/namespace NetworkPolicy/default-deny",
            "prod/namespace NetworkPolicy/user",
        ),
        (
            f"{NETWORKS}::test_programs_reach_what_they_need_and_no_more",
            f"{NETWORKS}::test_no_environment_reaches_the_other",
            f"{NETWORKS}::test_a_hole_at_both_ends_is_seen",
        ),
    ),
    Proof(
        "N3",
        "an environment's nodes and secrets are its own",
        (
            "platform/karpenter EC2NodeClass/pingvas-dev-general",
            "dev/namespace SecretStore/secrets-manager",
        ),
        (
            f"{CAPACITY}::test_pods_find_nodes_of_their_environment_alone",
            f"{PLATFORM}::test_a_store_reads_as_its_environment",
        ),
    ),
    Proof(
        "27",
        "a job in the queue becomes a worker",
        ("prod/worker ScaledObject/worker",),
        (
            f"{WORKLOADS}::test_the_formula_keeps_those_who_work",
            f"{GAUGES}::test_the_service_tells_them",
        ),
    ),
    Proof(
        "33",
        "PgBouncer in transaction mode",
        ("prod/pooler Deployment/pooler", "prod/pooler Service/pooler"),
        (f"{POOLER}::test_both_roles_get_through_over_tls",),
    ),
    Proof(
        "38",
        "one file system of checkpoints, a folder for each environment",
        ("prod/checkpoints PersistentVolume/pingvas-prod-checkpoints",),
        (f"{WORKLOADS}::test_facts_reach_their_places",),
    ),
    Proof(
        "43",
        "workers write into their environment's bucket",
        ("prod/worker Deployment/worker",),
        (f"{SETTINGS}::test_a_program_takes_the_settings_that_it_gets",),
    ),
    Proof(
        "50",
        "an overlay for each service and environment",
        ("dev/user Service/user", "prod/model Service/model"),
        (f"{WORKLOADS}::test_labels_and_selectors",),
    ),
    Proof(
        "55, 57, N12",
        "secrets from Secrets Manager, an environment's own",
        ("prod/secrets ExternalSecret/database-app", "prod/secrets ExternalSecret/signing-key"),
        (f"{SETTINGS}::test_secrets_are_those_that_the_environment_has",),
    ),
    Proof(
        "97, P7",
        "services of two to fifty pods, within the quota",
        ("prod/generation HorizontalPodAutoscaler/generation",),
        (f"{WORKLOADS}::test_replicas_are_the_autoscalers",),
    ),
    Proof(
        "P5",
        "workers from none, by backlog and what is in flight",
        ("dev/worker ScaledObject/worker",),
        (f"{WORKLOADS}::test_workers_follow_the_queue_from_none",),
    ),
    Proof(
        "P8",
        "who leaves hands over first",
        ("prod/worker Deployment/worker", "prod/worker PodDisruptionBudget/worker"),
        (f"{WORKLOADS}::test_leaving_takes_less_than_the_grace",),
    ),
    Proof(
        "P11",
        "every container says what it takes, GPUs too",
        ("prod/worker Deployment/worker",),
        (f"{WORKLOADS}::test_pods_declare_what_they_take",),
    ),
    Proof(
        "P12",
        "worker, pooler and migrations are deployed, not the five services alone",
        ("prod/worker Deployment/worker", "prod/migrations Job/migrations"),
        (f"{WORKLOADS}::test_migrations_run_as_the_owner_past_the_pooler",),
    ),
    Proof(
        "N4",
        "target groups are Terraform's, bindings the cluster's",
        ("prod/user TargetGroupBinding/user",),
        (f"{WORKLOADS}::test_facts_reach_their_places",),
    ),
    Proof(
        "N7, N9",
        "TLS on both sides of the pooler, the database's verified, a pool per role",
        ("prod/pooler Deployment/pooler",),
        (
            f"{POOLER}::test_nobody_gets_in_without_tls",
            f"{POOLER}::test_a_database_of_another_authority_is_not_trusted",
        ),
    ),
    Proof(
        "51 (L5)",
        "a worker may mark its own pod and do nothing else in the cluster",
        ("prod/worker Role/worker",),
        (
            f"{WORKLOADS}::test_a_worker_may_mark_pods_and_nothing_else",
            f"{ADMISSION}::test_a_worker_changes_no_other_pod",
        ),
    ),
    Proof(
        "G4",
        "images by digest",
        ("prod/user Deployment/user",),
        (f"{WORKLOADS}::test_releases_are_by_digest_and_others_images_by_version",),
    ),
    Proof(
        "G5",
        "what scales a workload owns its replicas",
        ("prod/user HorizontalPodAutoscaler/user",),
        (f"{WORKLOADS}::test_replicas_are_the_autoscalers",),
    ),
    Proof(
        "24",
        "Argo CD brings both environments what Git holds",
        (
            "argocd Application/platform-argocd",
            *("argocd Application/pingvas", "argocd AppProject/dev", "argocd AppProject/prod"),
        ),
        (
            f"{DELIVERY}::test_every_overlay_has_its_application",
            f"{DELIVERY}::test_an_environment_reaches_its_own_things_alone",
        ),
    ),
    Proof(
        "46-49, G2-G4, N13",
        "built once, tested, attested, deployed by digest, released by asking",
        (),
        (
            f"{WORKFLOWS}::test_pull_requests_push_nothing",
            f"{WORKFLOWS}::test_dev_deploys_what_it_built_by_digest",
            f"{WORKFLOWS}::test_a_release_asks_for_devs_digests_in_prod",
            f"{WORKFLOWS}::test_jobs_have_the_rights_they_need_and_no_more",
        ),
    ),
    Proof(
        "50, G1",
        "dev follows its branch by itself, prod never",
        ("argocd ApplicationSet/pingvas-services",),
        (
            f"{DELIVERY}::test_dev_follows_its_branch_by_itself",
            f"{DELIVERY}::test_prod_and_what_it_shares_is_never_automatic",
            f"{DELIVERY}::test_no_configuration_makes_prod_automatic",
        ),
    ),
    Proof(
        "28, N4, N12, P5, P12",
        "the platform's parts, by charts of pinned versions",
        (
            *(f"argocd Application/platform-{name}" for name in ("karpenter", "keda", "metrics")),
            "argocd Application/platform-load-balancer-controller",
            "argocd Application/platform-external-secrets",
        ),
        (
            f"{DELIVERY}::test_charts_are_pinned_and_paths_are_there",
            f"{DELIVERY}::test_every_chart_has_its_values",
            f"{DELIVERY}::test_the_platform_stays_within_its_project",
        ),
    ),
    Proof(
        "58",
        "metrics of GPUs, on every GPU node",
        ("platform/gpu_metrics DaemonSet/dcgm-exporter",),
        (
            f"{PLATFORM}::test_every_gpu_node_tells_of_its_gpus",
            f"{CAPACITY}::test_a_worker_fits_each_node_that_it_may_get",
        ),
    ),
    Proof(
        "59, D11",
        "logs of all pods, to the log groups and the bucket that Terraform makes",
        ("argocd Application/platform-logs",),
        (
            f"{LOGS}::test_a_programs_lines_reach_its_environments_group",
            f"{LOGS}::test_groups_account_and_bucket_are_terraforms",
            f"{LOGS}::test_the_collector_is_confined",
            f"{ADDONS}::test_agents_of_a_node_take_what_is_kept_for_them",
        ),
    ),
    Proof(
        "25, N1",
        "namespaces of add-ons let in the API server and Prometheus alone",
        (
            "platform/namespaces NetworkPolicy/default-deny",
            "platform/namespaces Namespace/monitoring",
        ),
        (
            f"{NETWORKS}::test_add_ons_are_reached_by_the_api_and_by_prometheus_alone",
            f"{DELIVERY}::test_argo_cd_lets_in_its_own_namespace_alone",
        ),
    ),
)

LATER: Final = "monitoring's own objects, which are not rendered yet"
ELSEWHERE: Final[Mapping[str, str]] = {
    "16": "Terraform's cluster; manifests are judged on its minor version and both beside it",
    "52": "Terraform's firewall",
    "53": "Terraform's firewall",
    "56": "a public key or an address is no secret: settings and facts of an environment",
    "P9": "Terraform's network, and the preflight of a bootstrap",
    "N2": "Terraform's add-on vpc-cni, told to enforce policies",
    "N14": "Terraform's load balancer: hosts of each environment; target groups are bound here",
    **{f"M{number}": LATER for number in range(1, 11)},
}
"""Items that no manifest answers, and why."""


def named(items: str) -> Iterator[str]:
    """The items of a row: `18-20, P3` are four."""
    for part in re.sub(r"\(.*?\)", "", items).split(","):
        for letter, first, last in re.findall(r"([A-Z]?)(\d+)(?:-[A-Z]?(\d+))?", part):
            yield from (f"{letter}{number}" for number in range(int(first), int(last or first) + 1))
