"""Corrections of data, delivery and monitoring: D1-D13, G1-G5, M1-M10."""

from __future__ import annotations

from typing import Final

from docs.inventory.item import Item
from docs.inventory.operations import DRILLS

PLATFORM: Final = "tests/pingvas_cli/adapters/test_aws_platform.py"
ENVIRONMENT: Final = "tests/pingvas_cli/rendering/test_environment.py"
ARGO: Final = "tests/manifests/test_delivery.py"
WORKFLOWS: Final = "tests/manifests/test_workflows.py"
RULES: Final = "Rules and dashboards of Prometheus and Grafana are not rendered yet."

DATA_CORRECTIONS: Final = (
    Item(
        "D1",
        "Aurora in a long-term version that nothing moves",
        made=("module.database.aws_rds_cluster*.this",),
        held_by=("validation.support_ended", "doctor.version_not_offered"),
    ),
    Item(
        "D2",
        "The reader is of the writer's tier; clients use endpoints",
        made=("module.database.aws_rds_cluster_instance.this",),
    ),
    Item(
        "D3",
        "dev on a cluster of its own, if wanted, that pauses",
        made=("module.database.aws_rds_cluster.this",),
        second_region=("module.dev_database.aws_rds_cluster.this",),
        elsewhere="Restoring one schema: drills do not exist yet.",
    ),
    Item(
        "D4",
        "Capacity goes down when nothing happens",
        made=(
            "module.database.aws_rds_cluster.this",
            "module.observability.aws_cloudwatch_metric_alarm.this",
        ),
        held_by=("config.min_above_max", "config.not_a_multiple"),
    ),
    Item(
        "D5",
        "No Sentinels on AWS: Valkey that fails over by itself",
        made=("module.cache.aws_elasticache_replication_group.this",),
        held_by=("config.sentinel_on_aws", "doctor.version_not_offered"),
    ),
    Item(
        "D6",
        "Pictures are kept in versions and copied; the queue can be rebuilt",
        made=(
            "module.object_store.aws_s3_bucket_versioning.this",
            "module.object_store.aws_s3_bucket_notification.images",
            "module.backup.aws_backup_plan.this",
            "module.cache.aws_elasticache_parameter_group.this",
        ),
    ),
    Item(
        "D7",
        "Restores are tried",
        made=("module.backup.aws_backup_restore_testing_*.this",),
        elsewhere=DRILLS,
    ),
    Item(
        "D8",
        "Archived pictures can still be served",
        made=("module.object_store.aws_s3_bucket_lifecycle_configuration.this",),
        held_by=("config.ages_out_of_order",),
    ),
    Item(
        "D9",
        "S3 is the source of checkpoints; EFS elastic, in each zone",
        made=(
            "module.file_store.aws_efs_file_system.this",
            "module.file_store.aws_efs_mount_target.this",
            "module.cluster.aws_eks_addon.after_nodes",
        ),
        held_by=("config.throughput_unclear",),
    ),
    Item(
        "D10",
        "Second region: a global database, replicated buckets, images and secrets",
        second_region=(
            "module.database.aws_rds_global_cluster.this",
            "module.object_store.aws_s3_bucket_replication_configuration.this",
            "module.object_store.aws_iam_role*.replication",
            "module.registry.aws_ecr_replication_configuration.this",
            "module.second_backup.aws_backup_vault.this",
        ),
        elsewhere="Off by default: `platform.second_region`.",
    ),
    Item(
        "D11",
        "Every log ends",
        made=(
            "module.*.aws_cloudwatch_log_group.*",
            "module.object_store.aws_s3_bucket_lifecycle_configuration.this",
        ),
    ),
    Item(
        "D12",
        "Names of buckets are one scheme; repositories immutable and cleared",
        made=(
            "module.object_store.aws_s3_bucket.this",
            "module.registry.aws_ecr_repository.this",
            "module.registry.aws_ecr_lifecycle_policy.this",
        ),
        held_by=("validation.name_too_long",),
    ),
    Item(
        "D13",
        "State that nothing else copies: Terraform's, images, monitoring's volumes",
        made=("module.backup.aws_backup_*.this",),
        held_by=(
            f"{PLATFORM}::test_a_states_history_stays_when_it_is_mended",
            f"{PLATFORM}::test_it_is_closed_and_speaks_tls_alone",
        ),
        elsewhere="`bootstrap` makes the bucket of the state (`adapters/state_bucket.py`).",
    ),
    Item(
        "G1",
        "Prod is delivered only when somebody says so",
        held_by=(
            "config.environments_share",
            "config.not_one_of",
            f"{ARGO}::test_prod_and_what_it_shares_is_never_automatic",
            f"{WORKFLOWS}::test_only_a_release_touches_prod_and_only_by_asking",
        ),
        elsewhere="Configuration `gitops`; `argocd/`, `.github/workflows/`.",
    ),
    Item(
        "G2",
        "Deliveries write what they deploy",
        held_by=(
            f"{WORKFLOWS}::test_delivery_writes_digests_where_kustomize_reads_them",
            f"{WORKFLOWS}::test_a_release_asks_for_devs_digests_in_prod",
        ),
        elsewhere="`k8s/releases/`, by `.github/workflows/`.",
    ),
    Item(
        "G3",
        "Approval by GitHub's own environments",
        held_by=(f"{WORKFLOWS}::test_only_a_release_touches_prod_and_only_by_asking",),
        elsewhere="`.github/workflows/release-prod.yml`; reviewers are set at GitHub.",
    ),
    Item(
        "G4",
        "Unreviewed code reaches no registry",
        made=(
            "module.registry.aws_ecr_repository.this",
            "module.identity.aws_iam_openid_connect_provider.github",
            "module.identity.aws_iam_role*.github",
        ),
        held_by=(f"{WORKFLOWS}::test_pull_requests_push_nothing",),
        elsewhere="`.github/workflows/ci.yml`.",
    ),
    Item(
        "G5",
        "Templates' braces are not those of others",
        held_by=(
            f"{ENVIRONMENT}::test_braces_belong_to_others",
            f"{ENVIRONMENT}::test_an_undefined_name_is_an_error",
            "tests/pingvas_cli/rendering/test_golden.py::test_it_renders_as_it_is_kept",
        ),
        elsewhere="`pingvas_cli/rendering`.",
    ),
    Item(
        "M1",
        "A share of errors is a ratio",
        made=("module.observability.aws_cloudwatch_metric_alarm.server_errors",),
        elsewhere=RULES,
    ),
    Item("M2", "Restarts are counted over a time", elsewhere=RULES),
    Item(
        "M3",
        "Length of the queue from an exporter with its own user and secret",
        made=(
            "module.cache.aws_elasticache_user.this",
            "module.secrets.aws_secretsmanager_secret.this",
        ),
        held_by=("cache/n3_rights_end_at_the_environments_keys", "validation.secret_missing"),
        elsewhere=RULES,
    ),
    Item("M4", "A rule for each alert of a dashboard", elsewhere=RULES),
    Item(
        "M5",
        "Alarms that work while the cluster is down",
        made=(
            "module.observability.aws_sns_topic*.*",
            "module.observability.aws_cloudwatch_metric_alarm.*",
            "module.observability.aws_cloudwatch_event_*.this",
        ),
        elsewhere=RULES,
    ),
    Item("M6", "CloudWatch is read every 300 s", elsewhere=RULES),
    Item(
        "M7",
        "Prometheus' volumes have a size and copies",
        made=("module.backup.aws_backup_selection.this",),
        held_by=("backup/d13_volumes_of_monitoring_by_their_tag",),
        elsewhere=RULES,
    ),
    Item("M8", "Definitions of the applications' metrics", elsewhere=RULES),
    Item("M9", "Names of metrics of CloudWatch's exporter", elsewhere=RULES),
    Item("M10", "Objectives that are measured", elsewhere=RULES),
)
