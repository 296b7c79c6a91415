"""Corrections of platform, network and security: P1-P13, N1-N14."""

from __future__ import annotations

from typing import Final

from docs.inventory.data import POOLED
from docs.inventory.item import Item
from docs.inventory.operations import VALUES
from docs.inventory.platform import CONTEXTS, DEFAULTS, MANIFESTS

INVARIANTS: Final = "tests/pingvas_cli/validation/test_invariants.py"
PLANNED: Final = "tests/terraform/test_planned.py"
DOCTOR: Final = "tests/pingvas_cli/doctor/test_checks.py"

PLATFORM_CORRECTIONS: Final = (
    Item(
        "P1",
        "Kubernetes in standard support, and warned of its end",
        made=("module.cluster.aws_eks_cluster.this",),
        held_by=(
            "validation.support_ended",
            "validation.support_ends_soon",
            "doctor.not_in_support",
            f"{INVARIANTS}::test_support_ends_by_the_calendar",
        ),
    ),
    Item(
        "P2",
        "Karpenter 1: what it needs of AWS",
        made=(
            "module.gpu_nodes.aws_iam_*.*",
            "module.gpu_nodes.aws_sqs_queue.interruptions",
            "module.gpu_nodes.aws_cloudwatch_event_rule.interruptions",
        ),
        held_by=("config.version_too_old",),
        elsewhere=f"Node pools and classes: {MANIFESTS}",
    ),
    Item(
        "P3",
        "Three weighted pools under a stated cap; quotas fit it",
        held_by=(
            "config.pools_above_cap",
            "config.gpus_oversubscribed",
            "config.workers_above_gpus",
            f"{DOCTOR}::test_quotas_count_the_vcpus_of_the_fleet",
        ),
        elsewhere=f"Configuration `gpu_nodes`; {MANIFESTS}",
    ),
    Item(
        "P4",
        "Quotas of spot and on-demand GPUs are asked for before anything is made",
        made=("module.gpu_nodes.aws_iam_role.node",),
        held_by=(
            "doctor.quota_none",
            "doctor.quota_short",
            "doctor.quota_pending",
            "doctor.spot_role_missing",
            "doctor.spot_role_exists",
            "doctor.spot_role_dropped",
        ),
    ),
    Item(
        "P5",
        "Length of the queue makes pods",
        elsewhere="`k8s/overlays/*/worker`: KEDA.",
    ),
    Item(
        "P6",
        "System nodes hold what runs on them; prefix delegation",
        made=(
            "module.cluster.aws_eks_node_group.system",
            "module.cluster.aws_launch_template.system_nodes",
            "module.cluster.aws_eks_addon.before_nodes",
        ),
    ),
    Item(
        "P7",
        "Nodes for the services, and quotas that fit them",
        held_by=("config.quota_too_small", "validation.addresses_too_few"),
        elsewhere=f"Configuration `general_nodes`; {MANIFESTS}",
    ),
    Item(
        "P8",
        "System nodes on demand in two zones; interruptions are heard of",
        made=(
            "module.cluster.aws_eks_node_group.system",
            "module.gpu_nodes.aws_sqs_queue.interruptions",
            "module.gpu_nodes.aws_cloudwatch_event_target.interruptions",
        ),
    ),
    Item(
        "P9",
        "Zones by their id, none that EKS refuses, all with the types",
        made=("module.network.aws_subnet.*",),
        held_by=(
            "config.zone_excluded",
            "validation.zone_of_other_region",
            "doctor.zone_refused",
            "doctor.type_nowhere",
            "doctor.type_partly",
            f"{DOCTOR}::test_zones_with_all_types_are_suggested",
        ),
    ),
    Item(
        "P10",
        "Architecture of the nodes' images",
        made=("module.cluster.aws_eks_node_group.system",),
        held_by=("config.wrong_pattern",),
        elsewhere=f"Device plugin, root volumes, NVMe: {MANIFESTS}",
    ),
    Item(
        "P11",
        "Quotas in terms that Kubernetes has",
        held_by=("config.quota_too_small",),
        elsewhere=f"Configuration `namespaces`; {MANIFESTS}",
    ),
    Item(
        "P12",
        "The worker is a program like the services",
        made=("module.registry.aws_ecr_repository.this",),
        held_by=("registry/inventory_46_a_repository_per_program",),
        elsewhere=f"Its deployment: {MANIFESTS}",
    ),
    Item(
        "P13",
        "Domain, account and owner must be written",
        made=(
            "module.edge.aws_route53_zone.this",
            "module.observability.aws_sns_topic_subscription.owner",
        ),
        held_by=(
            "rendering.value_missing",
            "doctor.account_unwritten",
            "doctor.account_other",
            f"{CONTEXTS}::test_without_domain_account_owner_and_repository_nothing_is_rendered",
        ),
    ),
    Item(
        "N1",
        "Network policies that deny by default",
        elsewhere="`k8s/overlays/*`: each program's own policy.",
    ),
    Item(
        "N2",
        "The network add-on enforces policies",
        made=("module.cluster.aws_eks_addon.before_nodes",),
    ),
    Item(
        "N3",
        "Groups, roles, keys and folders of each environment's own",
        made=(
            "module.cluster.aws_security_group.nodes",
            "module.keys.aws_kms_*.this",
            "module.identity.aws_iam_role*.*",
            "module.file_store.aws_efs_access_point.this",
            "module.cache.aws_elasticache_user_group.this",
        ),
        held_by=("validation.namespace_reserved", "config.environments_share"),
    ),
    Item(
        "N4",
        "Rules of groups one by one; the load balancer reaches pods' ports",
        made=(
            "module.*.aws_vpc_security_group_ingress_rule.*",
            "module.edge.aws_vpc_security_group_egress_rule.pods",
        ),
    ),
    Item(
        "N5",
        "NAT single, per zone or regional; S3 without NAT",
        made=(
            "module.network.aws_nat_gateway.zonal",
            "module.network.aws_vpc_endpoint.s3",
        ),
        second_region=(
            "module.network.aws_vpc_endpoint.interface",
            "module.network.aws_security_group.endpoints",
            "module.network.aws_vpc_security_group_ingress_rule.endpoints",
        ),
    ),
    Item(
        "N6",
        "Isolated database subnets, tags, flow logs, room for pods",
        made=(
            "module.network.aws_subnet.database",
            "module.network.aws_route_table*.database",
            "module.network.aws_flow_log.this",
            "module.network.aws_cloudwatch_log_group.flow",
            "module.network.aws_iam_role*.flow",
        ),
        held_by=("validation.addresses_too_few", "doctor.vpc_overlaps"),
    ),
    Item(
        "N7",
        "TLS of each hop, as facts",
        made=(
            "module.edge.aws_lb_listener.https",
            "module.edge.aws_lb_listener.http",
            "module.cdn.aws_cloudfront_distribution.this",
            "module.database.aws_rds_cluster_parameter_group.this",
            "module.cache.aws_elasticache_replication_group.this",
            "module.object_store.aws_s3_bucket_policy.this",
            "module.object_store.aws_s3_bucket_policy.logs",
            "module.file_store.aws_efs_file_system_policy.this",
        ),
        held_by=(
            "validation.tls_older",
            f"{INVARIANTS}::test_hops_are_facts_of_the_configuration",
            f"{PLANNED}::test_every_policy_of_a_bucket_refuses_plain_http_and_old_tls",
        ),
    ),
    Item(
        "N8",
        "TLS and users with rights of their own instead of AUTH",
        made=(
            "module.cache.aws_elasticache_user.*",
            "module.cache.aws_elasticache_user_group.this",
            "module.cache.aws_elasticache_replication_group.this",
        ),
        held_by=(f"{VALUES}::test_cache_users_sign_in_with_the_password_of_their_secret",),
    ),
    Item(
        "N9",
        "Nothing leaks between people and environments that share a connection",
        held_by=(
            f"{POOLED}::test_a_search_path_left_behind_opens_no_other_environment",
            f"{POOLED}::test_a_person_left_on_a_server_connection_is_found",
        ),
        elsewhere=f"`services/kernel` and `services/migrations`. The pooler: {MANIFESTS}",
    ),
    Item(
        "N10",
        "The right managed groups, counting first; long bodies pass where files arrive",
        made=(
            "module.edge.aws_wafv2_web_acl.this",
            "module.cdn.aws_wafv2_web_acl.this",
            "module.edge.aws_wafv2_web_acl_logging_configuration.this",
            "module.cdn.aws_wafv2_web_acl_logging_configuration.this",
            "module.cdn.aws_cloudwatch_log_group.firewall",
        ),
        held_by=(f"{CONTEXTS}::test_paths_that_take_files_are_upload_paths_of_the_firewall",),
    ),
    Item(
        "N11",
        "Signed addresses, one distribution per environment, closed buckets",
        made=(
            "module.cdn.aws_cloudfront_*.*",
            "module.object_store.aws_s3_bucket_public_access_block.this",
        ),
        held_by=(f"{VALUES}::test_private_keys_go_to_their_secret_and_public_ones_to_terraform",),
    ),
    Item(
        "N12",
        "External Secrets, each namespace its own",
        made=(
            "module.secrets.aws_secretsmanager_secret.this",
            "module.identity.aws_iam_role*.secrets",
            "module.identity.aws_iam_openid_connect_provider.cluster",
        ),
        elsewhere=f"External Secrets itself: {MANIFESTS}",
    ),
    Item(
        "N13",
        "Roles by Pod Identity, GitHub without stored keys, encrypted secrets of the cluster",
        made=(
            "module.cluster.aws_iam_role*.*",
            "module.cluster.aws_eks_access_*.administrators",
            "module.cluster.aws_eks_addon.*",
            "module.identity.aws_iam_*.*",
            "module.identity.aws_eks_pod_identity_association.pods",
            "module.gpu_nodes.aws_eks_pod_identity_association.controller",
            "module.backup.aws_iam_role*.*",
        ),
        held_by=("doctor.not_allowed", "doctor.account_root"),
    ),
    Item(
        "N14",
        "Hosts tell environments apart; dev is for its networks",
        made=(
            "module.edge.aws_lb_listener_rule.this",
            "module.edge.aws_lb_listener_certificate.this",
            "module.edge.aws_wafv2_ip_set.allowed",
            "module.cdn.aws_route53_record.host",
        ),
        held_by=(DEFAULTS,),
    ),
)
