"""Values that cannot work: each with its place and its code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pingvas_cli.config.mistakes import codes

CASES = [
    ("platform: {region: us-west-2}", "platform.region", "regions_equal"),
    ("platform: {name: Pingvas}", "platform.name", "wrong_pattern"),
    ("platform: {name: pingvas-}", "platform.name", "name_hyphens"),
    ("platform: {name: ping--vas}", "platform.name", "name_hyphens"),
    ("platform: {domain: -a.example.com}", "platform.domain", "wrong_pattern"),
    ("platform: {account_id: 123456789012}", "platform.account_id", "needs_quotes"),
    ('platform: {tags: {"aws:x": y}}', "platform", "tag_reserved"),
    ("environments: {dev: {namespace: prod}}", "environments.dev.namespace", "environments_share"),
    ("environments: {dev: {images_host: api-dev}}", "dev.images_host", "host_taken_twice"),
    ("environments: {dev: {api_host: images}}", "environments.dev.api_host", "host_taken_twice"),
    ("environments: {prod: {priority: 5}}", "environments.prod.priority", "dev_outranks_prod"),
    ("network: {vpc_cidr: 10.0.1.0/8}", "network.vpc_cidr", "wrong_kind"),
    ("network: {vpc_cidr: 10.1.0.0/16}", "network.vpc_cidr", "cidr_outside_vpc"),
    (
        "network: {public_subnets: [10.1.1.0/24, 10.0.2.0/24, 10.0.3.0/24]}",
        "network.public_subnets.0",
        "cidr_outside_vpc",
    ),
    (
        "network: {public_subnets: [10.0.11.0/25, 10.0.2.0/24, 10.0.3.0/24]}",
        "network.private_subnets.0",
        "cidr_overlaps",
    ),
    (
        "network: {public_subnets: [10.0.1.0/30, 10.0.2.0/24, 10.0.3.0/24]}",
        "network.public_subnets.0",
        "subnet_size",
    ),
    (
        "network: {public_subnets: [10.0.1.0/24, 10.0.2.0/24]}",
        "network.public_subnets",
        "subnet_count",
    ),
    ("network: {public_subnets: [10.0.1.0/24]}", "network.public_subnets", "too_few"),
    ("network: {availability_zone_ids: [use1-az1]}", "network.availability_zone_ids", "zone_count"),
    (
        "network: {availability_zone_ids: [use1-az1, use1-az2, use1-az3]}",
        "network.availability_zone_ids.2",
        "zone_excluded",
    ),
    ("cluster: {api_allowed_cidrs: [0.0.0.0/0]}", "cluster.api_allowed_cidrs.0", "open_to_world"),
    ('cluster: {kubernetes_version: "1.28"}', "cluster.kubernetes_version", "not_one_of"),
    ("cluster: {system_nodes: {desired: 9}}", "cluster.system_nodes.desired", "desired_outside"),
    (
        "cluster: {system_nodes: {instance_types: [m7g.large, t4g.medium]}}",
        "cluster.system_nodes.instance_types.1",
        "node_too_small",
    ),
    (
        "cluster: {system_nodes: {instance_types: [m6i.large]}}",
        "cluster.system_nodes.instance_types.0",
        "other_architecture",
    ),
    (
        "cluster: {system_nodes: {architecture: amd64}}",
        "cluster.system_nodes.architecture",
        "other_architecture",
    ),
    ("cluster: {administrator_role_arns: [me]}", "administrator_role_arns.0", "wrong_pattern"),
    ("gpu_nodes: {newest: {instance_type: m7g.large}}", "newest.instance_type", "not_one_gpu"),
    ("gpu_nodes: {newest: {instance_type: g5g.xlarge}}", "newest.instance_type", "not_one_gpu"),
    ("gpu_nodes: {newest: {instance_type: g4dn.12xlarge}}", "newest.instance_type", "not_one_gpu"),
    ("gpu_nodes: {fleet_gpu_cap: 10}", "gpu_nodes.fleet_gpu_cap", "pools_above_cap"),
    ("gpu_nodes: {newest: {weight: 50}}", "gpu_nodes.newest.weight", "pools_share"),
    ("gpu_nodes: {ami_version: latest}", "gpu_nodes.ami_version", "wrong_pattern"),
    ("namespaces: {prod: {gpus: 18}}", "namespaces.prod.gpus", "gpus_oversubscribed"),
    ("namespaces: {prod: {gpus: 14}}", "namespaces.prod.gpus", "workers_above_gpus"),
    ("namespaces: {prod: {cpu_cores: 40}}", "namespaces.prod.cpu_cores", "quota_too_small"),
    ("general_nodes: {cpu_limit: 8}", "general_nodes.cpu_limit", "quota_too_small"),
    ("worker: {memory_mib: 15000, prod_maximum: 9}", "worker.memory_mib", "worker_above_node"),
    ("worker: {lease_seconds: 10}", "worker.lease_seconds", "too_small"),
    (
        "gpu_nodes: {termination_grace_seconds: 120}\nworker: {grace_seconds: 130}",
        "worker.grace_seconds",
        "too_large",
    ),
    ("services: {user: {port: 8002}}", "services.user.port", "port_taken_twice"),
    ("services: {user: {port: 8080}}", "services.user.port", "port_taken_twice"),
    ("services: {user: {prod: {maximum: 1}}}", "services.user.prod.maximum", "min_above_max"),
    ("tiers: {pro: {weight: 1}}", "tiers.pro.weight", "tier_below"),
    ("database: {max_acu: 0}", "database.max_acu", "too_small"),
    ("database: {min_acu: 0.7}", "database.min_acu", "not_a_multiple"),
    ("database: {min_acu: 8}", "database.min_acu", "min_above_max"),
    ("database: {backup_window: 25:00-26:00}", "database.backup_window", "wrong_pattern"),
    ("pooler: {max_client_connections: 15}", "pooler", "min_above_max"),
    ("cache: {mode: sentinel, prod: {nodes: 4}}", "cache.prod.nodes", "sentinel_even"),
    ("cache: {mode: sentinel}\nplatform: {target: aws}", "cache.mode", "sentinel_on_aws"),
    ("file_store: {throughput_mode: provisioned}", "file_store", "throughput_unclear"),
    (
        "object_store: {prod_images: {archive_after_days: 60}}",
        "object_store.prod_images",
        "ages_out_of_order",
    ),
    (
        "object_store: {dev_images: {infrequent_after_days: 7}}",
        "object_store.dev_images.infrequent_after_days",
        "too_small",
    ),
    ("edge: {firewall: {managed_rules: [common, common]}}", "edge.firewall", "listed_twice"),
    ("secrets: {shared: [slack, signing-key]}", "secrets.shared", "listed_twice"),
    ("gitops: {prod: {branch: develop}}", "gitops.prod.branch", "environments_share"),
    ("gitops: {promotion: kargo}", "gitops.promotion", "promotion_unsupported"),
    ("network: {flow_logs: {retention_days: 31}}", "network.flow_logs", "not_one_of"),
    ("cluster: {kubernetes_version: 1.28}", "cluster.kubernetes_version", "not_one_of"),
    ("cluster: {kubernetes_version: 1.36}", "cluster.kubernetes_version", "needs_quotes"),
    ("gitops: {prod: {automatic: true}}", "gitops.prod.automatic", "not_one_of"),
    ("monitoring: {scrape_seconds: 60}", "monitoring", "min_above_max"),
    ("monitoring: {objectives: {availability_percent: 100}}", "", "too_large_strictly"),
    ("recovery: {prod: {rto_hours: 3}}", "recovery.prod.rto_hours", "min_above_max"),
    ("recovery: {prod: {rto_hours: 0}}", "recovery.prod.rto_hours", "too_small_strictly"),
    ("cost: {monthly_budget_usd: 1.23456}", "cost.monthly_budget_usd", "too_precise"),
    ("cost: {monthly_budget_usd: 0}", "cost.monthly_budget_usd", "too_small_strictly"),
    ("cost: {alert_at_percent: [80, 80]}", "cost.alert_at_percent", "listed_twice"),
    ("cost: {alert_at_percent: [1, 2, 3, 4, 5]}", "cost.alert_at_percent", "too_many"),
    ("database: {database_name: rdsadmin}", "database.database_name", "database_reserved"),
    ("addons: {karpenter: 1.8.0}", "addons.karpenter", "version_too_old"),
    ("local: {state_dir: here}", "local.state_dir", "path_not_absolute"),
    ("local: {edge_dev_port: 8080}", "local.edge_dev_port", "port_taken_twice"),
    ("local: {redis_dev_port: 16381}", "local.redis_dev_port", "port_taken_twice"),
    ("local: {port_offset: 3000, sentinel_ports: [31000, 1, 2]}", "", "too_small"),
    ("local: {port_offset: 3000, object_store_port: 32000}", "", "port_out_of_range"),
    ("local: {sentinel_ports: [26380, 26381]}", "local.sentinel_ports.2", "missing"),
    ("local: {smoke_test: {prompt: ''}}", "local.smoke_test.prompt", "text_too_short"),
    ("local: {smoke_test: {width: 100}}", "local.smoke_test.width", "not_a_multiple"),
    ("local: {device: gpu}", "local.device", "not_one_of"),
    ("local: {edge_tls: perhaps}", "local.edge_tls", "wrong_kind"),
    ("local: {sentinel_ports: 5}", "local.sentinel_ports", "wrong_kind"),
    ("local: {qqqqqq: 5}", "local.qqqqqq", "unknown_key"),
]


@pytest.mark.parametrize(("text", "key", "code"), CASES)
def test_what_cannot_work_is_refused_with_its_place(
    tmp_path: Path, text: str, key: str, code: str
) -> None:
    found = codes(tmp_path, text)
    assert any(one == code and key in where for where, one in found), found
    assert "invalid_value" not in [one for _, one in found]
    assert all(where.startswith("pingvas.yaml:") for where, _ in found)


def test_oversubscription_can_be_allowed(tmp_path: Path) -> None:
    text = "gpu_nodes: {allow_oversubscription: true}\nnamespaces: {prod: {gpus: 18}}\nlocal: 1\n"
    assert [code for _, code in codes(tmp_path, text)] == ["wrong_kind"]
