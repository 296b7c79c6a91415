"""Security, logs, cost and recovery: inventory 51-98."""

from __future__ import annotations

from typing import Final

from docs.inventory.data import PRICES
from docs.inventory.item import Item
from docs.inventory.platform import DEFAULTS, LATER, MANIFESTS

VALUES: Final = "tests/pingvas_cli/bootstrap/aws/test_values.py"
SEQUENCE: Final = "tests/pingvas_cli/bootstrap/aws/test_sequence.py"
DRILLS: Final = "Drills that measure it do not exist yet."

OPERATIONS: Final = (
    Item(
        "51",
        "Seven layers of defence, encryption at rest and on the way",
        made=(
            "module.edge.aws_wafv2_web_acl.this",
            "module.network.aws_default_security_group.this",
            "module.keys.aws_kms_*.this",
            "module.object_store.aws_s3_bucket_server_side_encryption_configuration.*",
            "module.object_store.aws_s3_bucket_public_access_block.this",
            "module.object_store.aws_s3_bucket_ownership_controls.this",
        ),
        held_by=("object_store/public_access_is_blocked_everywhere", "validation.tls_older"),
        elsewhere=f"Sign-in and row-level security: the services. Network policies: {MANIFESTS}",
    ),
    Item(
        "52",
        "Managed groups of the firewall and a rate of 2000 requests in 5 minutes",
        made=(
            "module.edge.aws_wafv2_web_acl*.this",
            "module.edge.aws_cloudwatch_log_group.firewall",
        ),
        held_by=(DEFAULTS, "validation.path_closed"),
    ),
    Item(
        "53",
        "Blocked countries, user agents and paths",
        made=("module.edge.aws_wafv2_web_acl.this", "module.cdn.aws_wafv2_web_acl*.this"),
        held_by=("validation.path_closed",),
    ),
    Item(
        "54",
        "dev can't reach prod",
        made=("module.cluster.aws_eks_addon.before_nodes",),
        held_by=("cluster/n2_network_policies_are_enforced",),
        elsewhere=f"The add-on enforces; the policies themselves: {MANIFESTS}",
    ),
    Item(
        "55",
        "Secrets Manager brings secrets to pods as they run",
        made=("module.identity.aws_iam_role*.secrets",),
        elsewhere=f"External Secrets: {MANIFESTS}",
    ),
    Item(
        "56",
        "Sealed Secrets for what is not sensitive",
        elsewhere=f"Configuration `secrets.sealed_secrets`, off by default: {LATER}",
    ),
    Item(
        "57",
        "Secrets of each environment in Secrets Manager",
        made=(
            "module.secrets.aws_secretsmanager_secret.this",
            "module.database.aws_secretsmanager_secret_rotation.master",
        ),
        held_by=(
            "validation.secret_missing",
            f"{VALUES}::test_what_only_people_know_is_left_to_them",
            f"{VALUES}::test_cache_users_sign_in_with_the_password_of_their_secret",
        ),
    ),
    Item(
        "59",
        "Logs in CloudWatch and in the bucket of logs",
        made=(
            "module.observability.aws_cloudwatch_log_group.this",
            "module.object_store.aws_s3_bucket_policy.logs",
            "module.cdn.aws_cloudwatch_log_delivery*.this",
        ),
        elsewhere=f"Fluent Bit: {LATER}",
    ),
    Item(
        "64",
        "Alarm: the database's CPU above 90 %",
        made=("module.observability.aws_cloudwatch_metric_alarm.this",),
        elsewhere=f"Its rule in Prometheus: {LATER}",
    ),
    Item(
        "65",
        "Alarm: more than 5 % of answers are errors",
        made=("module.observability.aws_cloudwatch_metric_alarm.server_errors",),
        elsewhere=f"Its rule in Prometheus: {LATER}",
    ),
    Item(
        "88",
        "What saves: spot, serverless, one NAT, lifecycles, one node for dev's cache",
        made=(
            "module.database.aws_rds_cluster.this",
            "module.network.aws_nat_gateway.zonal",
            "module.object_store.aws_s3_bucket_lifecycle_configuration.this",
            "module.cache.aws_elasticache_replication_group.this",
        ),
        held_by=(
            DEFAULTS,
            "network/n5_single_nat",
            "object_store/inventory_42_logs_expire",
            "cache/inventory_36_dev_is_one_node_without_a_backup",
        ),
        elsewhere=PRICES,
    ),
    Item("89", "Comparison with separate clusters", elsewhere=PRICES),
    Item(
        "90",
        "Database: snapshots for 7 days, a copy in another region if wanted",
        made=("module.database.aws_rds_cluster.this",),
        second_region=("module.second_backup.aws_backup_vault.this",),
        held_by=("validation.no_second_region",),
    ),
    Item(
        "91",
        "Caches: none for dev, 7 days for prod",
        made=("module.cache.aws_elasticache_replication_group.this",),
    ),
    Item(
        "92",
        "File store: a copy of each week for 30 days",
        made=(
            "module.backup.aws_backup_vault.this",
            "module.backup.aws_backup_plan.this",
            "module.backup.aws_backup_selection.this",
            "module.backup.aws_iam_role*.*",
            "module.file_store.aws_efs_backup_policy.this",
        ),
        held_by=("validation.schedule_unreadable",),
    ),
    Item(
        "93",
        "Everything can be made again from Git",
        held_by=(
            "tests/pingvas_cli/rendering/test_golden.py::test_rendering_twice_gives_the_same_bytes",
            f"{SEQUENCE}::test_a_platform_stands_again_after_its_removal",
        ),
        elsewhere="`bootstrap` makes the bucket of the state (`adapters/state_bucket.py`).",
    ),
    *(
        Item(
            key,
            what,
            made=("module.backup.aws_backup_restore_testing_*.this",),
            held_by=(
                "backup/d7_restores_are_tried_and_cleared_away",
                "database/inventory_32_90_backups_reach_back_seven_days",
            ),
            elsewhere=DRILLS,
        )
        for key, what in (
            ("94", "Back within 4 hours (dev) and 1 hour (prod)"),
            ("95", "At most 24 hours (dev) and 1 hour (prod) of data lost"),
        )
    ),
    Item(
        "96",
        "A passive second region",
        made=("module.edge.aws_route53_record.api",),
        second_region=(
            "module.database.aws_rds_global_cluster.this",
            "module.second_database.aws_rds_cluster.this",
            "module.object_store.aws_s3_bucket_replication_configuration.this",
            "module.second_object_store.aws_s3_bucket.this",
            "module.second_network.aws_vpc.this",
            "module.second_keys.aws_kms_key.this",
        ),
        held_by=("config.regions_equal", "validation.second_vpc_not_private"),
    ),
    Item(
        "98",
        "At most 1500 dollars a month",
        made=("module.observability.aws_budgets_budget.month",),
        elsewhere="Measured objectives do not exist yet.",
    ),
)
