"""Network, compute and isolation: inventory 4-28."""

from __future__ import annotations

from typing import Final

from docs.inventory.item import Item

MANIFESTS: Final = "`k8s/`, tested by `tests/manifests`."
LATER: Final = "not rendered yet."
CONFIGURATION: Final = "tests/pingvas_cli/config/test_configuration.py"
CONTEXTS: Final = "tests/pingvas_cli/rendering/test_contexts.py"
DEFAULTS: Final = f"{CONFIGURATION}::test_defaults_are_the_platform_of_the_inventory"
ROUTES: Final = f"{CONTEXTS}::test_every_route_of_the_edge_leads_to_its_service"

PLATFORM: Final = (
    Item(
        "4",
        "Path of a request: DNS, firewall, load balancer, one cluster, one database, stores "
        "of each environment",
        made=(
            "module.edge.aws_route53_record.api",
            "module.edge.aws_wafv2_web_acl_association.this",
            "module.edge.aws_lb.this",
            "module.edge.aws_lb_listener_rule.this",
            "module.edge.aws_lb_target_group.this",
            "module.cluster.aws_eks_cluster.this",
            "module.database.aws_rds_cluster.this",
            "module.cache.aws_elasticache_replication_group.this",
            "module.object_store.aws_s3_bucket.this",
            "module.file_store.aws_efs_file_system.this",
        ),
        held_by=(ROUTES, "edge/n14_hosts_tell_environments_apart"),
    ),
    Item(
        "5",
        "us-east-1, three zones, 10.0.0.0/16",
        made=("module.network.aws_vpc.this",),
        held_by=(DEFAULTS, "config.cidr_outside_vpc", "validation.vpc_size"),
    ),
    Item(
        "6",
        "Three public subnets behind an internet gateway",
        made=(
            "module.network.aws_subnet.public",
            "module.network.aws_internet_gateway.this",
            "module.network.aws_route_table*.public",
            "module.network.aws_route.internet",
        ),
        held_by=(DEFAULTS, "config.cidr_overlaps"),
    ),
    Item(
        "7",
        "Three private subnets behind one NAT gateway",
        made=(
            "module.network.aws_subnet.private",
            "module.network.aws_route_table*.private",
            "module.network.aws_route.nat",
            "module.network.aws_nat_gateway.zonal",
            "module.network.aws_eip.zonal_nat",
        ),
        held_by=("network/n5_single_nat",),
    ),
    Item(
        "8",
        "251 usable addresses in each subnet",
        made=("module.network.aws_subnet.*",),
        held_by=(DEFAULTS, "config.subnet_size", "validation.addresses_too_few"),
    ),
    Item(
        "9",
        "What stands in which zone",
        made=(
            "module.network.aws_subnet.*",
            "module.edge.aws_lb.this",
            "module.database.aws_rds_cluster_instance.this",
        ),
        held_by=(
            "network/p9_zones_by_id",
            "database/inventory_29_serverless_writer_and_reader_in_two_zones",
        ),
    ),
    Item(
        "10",
        "Zones of nodes, database, caches and NAT",
        made=(
            "module.cluster.aws_eks_node_group.system",
            "module.database.aws_rds_cluster_instance.this",
            "module.cache.aws_elasticache_replication_group.this",
            "module.network.aws_nat_gateway.zonal",
        ),
        held_by=(
            "cluster/p8_refuses_one_zone",
            "cache/inventory_37_d5_prod_fails_over_between_three_zones",
            "cache/inventory_36_dev_is_one_node_without_a_backup",
            "network/n5_single_nat",
        ),
    ),
    Item(
        "11",
        "Load balancer's group: 80 and 443 in, 8001-8005 out to pods",
        made=(
            "module.edge.aws_security_group.this",
            "module.edge.aws_vpc_security_group_ingress_rule.client",
            "module.edge.aws_vpc_security_group_egress_rule.pods",
        ),
    ),
    Item(
        "12",
        "Nodes' groups: pods' ports from the load balancer, everything among themselves",
        made=(
            "module.cluster.aws_security_group.nodes",
            "module.edge.aws_vpc_security_group_ingress_rule.pods",
        ),
        held_by=(
            "cluster/n3_n4_a_group_per_environment",
            "edge/n4_pods_ports_are_open_to_the_load_balancer",
        ),
    ),
    Item(
        "13",
        "Database's group: 5432 from nodes, nothing out",
        made=(
            "module.database.aws_security_group.this",
            "module.database.aws_vpc_security_group_ingress_rule.postgresql",
        ),
    ),
    Item(
        "14",
        "Caches' groups: 6379 from nodes of their environment, nothing out",
        made=(
            "module.cache.aws_security_group.this",
            "module.cache.aws_vpc_security_group_ingress_rule.valkey",
        ),
    ),
    Item(
        "15",
        "File store's group: 2049 from nodes, nothing out",
        made=(
            "module.file_store.aws_security_group.this",
            "module.file_store.aws_vpc_security_group_ingress_rule.nfs",
        ),
    ),
    Item(
        "16",
        "EKS control plane, in a version with standard support",
        made=("module.cluster.aws_eks_cluster.this",),
        held_by=("validation.support_ended", "doctor.not_in_support"),
    ),
    Item(
        "17",
        "System nodes, on demand instead of spot",
        made=(
            "module.cluster.aws_eks_node_group.system",
            "module.cluster.aws_launch_template.system_nodes",
        ),
    ),
    *(
        Item(
            key,
            f"{what}; nodes join by what is made here",
            made=(
                "module.gpu_nodes.aws_iam_role.node",
                "module.gpu_nodes.aws_eks_access_entry.node",
            ),
            held_by=(DEFAULTS, "config.pools_above_cap"),
            elsewhere=f"Karpenter's pools: {MANIFESTS}",
        )
        for key, what in (
            ("18", "g4dn.xlarge on spot, at most 10"),
            ("19", "g4dn.2xlarge on spot, at most 5"),
            ("20", "g5.xlarge on spot, at most 5"),
        )
    ),
    Item(
        "21",
        "At most 3 workers in dev and 15 in prod",
        held_by=(DEFAULTS, "config.workers_above_gpus", "config.gpus_oversubscribed"),
        elsewhere=f"Configuration `worker` and `namespaces`; {MANIFESTS}",
    ),
    Item(
        "28",
        "Karpenter for GPU nodes: roles, queue of interruptions and its rules",
        made=(
            "module.gpu_nodes.aws_iam_role.controller",
            "module.gpu_nodes.aws_iam_policy.controller",
            "module.gpu_nodes.aws_iam_role_policy_attachment.*",
            "module.gpu_nodes.aws_eks_pod_identity_association.controller",
            "module.gpu_nodes.aws_sqs_queue.interruptions",
            "module.gpu_nodes.aws_sqs_queue_policy.interruptions",
            "module.gpu_nodes.aws_cloudwatch_event_*.interruptions",
        ),
        held_by=("gpu_nodes/p2_p8_interruption_queue",),
        elsewhere=f"The node pools: {MANIFESTS}",
    ),
)
