"""Database, caches, files, objects and the ways to them: inventory 29-46."""

from __future__ import annotations

from typing import Final

from docs.inventory.item import Item
from docs.inventory.platform import CONTEXTS, DEFAULTS, MANIFESTS, ROUTES

POOLED: Final = "tests/services/kernel/test_isolation_through_pooler.py"
PRICES: Final = "Reports of cost do not exist yet; the sizes that cost are here."

DATA: Final = (
    Item(
        "29",
        "Aurora Serverless v2: a writer and a reader of 0.5 to 4 ACU",
        made=(
            "module.database.aws_rds_cluster.this",
            "module.database.aws_rds_cluster_instance.this",
            "module.database.aws_db_subnet_group.this",
        ),
        held_by=(DEFAULTS, "doctor.version_not_offered"),
    ),
    Item(
        "30",
        "Database `pingvas`, a schema of ten tables for each environment",
        made=("module.database.aws_rds_cluster.this",),
        held_by=(f"{POOLED}::test_nobody_reaches_anybodys_row_in_any_table",),
        elsewhere="Schemas and tables: `services/migrations`.",
    ),
    Item(
        "31",
        "Writes to the writer, reads to the reader",
        made=("module.database.aws_rds_cluster_instance.this",),
    ),
    Item(
        "32",
        "Snapshots of each day for 7 days, and a last one under a name of its own",
        made=("module.database.aws_rds_cluster.this", "module.database.terraform_data.*"),
    ),
    Item(
        "33",
        "PgBouncer in transaction mode",
        held_by=(f"{POOLED}::test_the_kernels_door_shares_few_connections_among_many_people",),
        elsewhere=f"Configuration `pooler`; {MANIFESTS}",
    ),
    Item(
        "34",
        "The database's price",
        made=("module.database.aws_rds_cluster.this",),
        held_by=("database/d4_refuses_bounds_the_wrong_way_round",),
        elsewhere=PRICES,
    ),
    Item(
        "35",
        "A search path per environment",
        held_by=(f"{POOLED}::test_a_search_path_left_behind_opens_no_other_environment",),
        elsewhere="Roles of the database: `services/migrations`.",
    ),
    Item(
        "36",
        "Cache of dev: one node",
        made=(
            "module.cache.aws_elasticache_replication_group.this",
            "module.cache.aws_elasticache_parameter_group.this",
            "module.cache.aws_elasticache_subnet_group.this",
        ),
        held_by=(DEFAULTS,),
    ),
    Item(
        "37",
        "Cache of prod: three nodes in three zones that fail over",
        made=("module.cache.aws_elasticache_replication_group.this",),
        held_by=(DEFAULTS,),
    ),
    Item(
        "38",
        "EFS in each zone, infrequent after 30 days",
        made=(
            "module.file_store.aws_efs_file_system.this",
            "module.file_store.aws_efs_mount_target.this",
            "module.file_store.aws_efs_access_point.this",
        ),
        held_by=(DEFAULTS,),
    ),
    Item(
        "39",
        "Images of dev, infrequent after 90 days",
        made=(
            "module.object_store.aws_s3_bucket.this",
            "module.object_store.aws_s3_bucket_lifecycle_configuration.this",
        ),
    ),
    Item(
        "40",
        "Images of prod, infrequent after 90 days and archived after 180",
        made=("module.object_store.aws_s3_bucket_lifecycle_configuration.this",),
        held_by=("config.ages_out_of_order",),
    ),
    Item(
        "41",
        "Checkpoints of both environments, tiered",
        made=("module.object_store.aws_s3_bucket_lifecycle_configuration.this",),
        held_by=(f"{CONTEXTS}::test_dev_may_not_replace_the_checkpoints_that_prod_serves",),
    ),
    Item(
        "42",
        "Logs, deleted after 30 days",
        made=(
            "module.object_store.aws_s3_bucket_lifecycle_configuration.this",
            "module.object_store.aws_s3_bucket_logging.this",
        ),
    ),
    Item(
        "43",
        "Workers write to their environment's bucket",
        made=(
            "module.identity.aws_iam_role_policy.pods",
            "module.object_store.aws_s3_bucket_server_side_encryption_configuration.keyed",
        ),
    ),
    Item(
        "44",
        "CloudFront in front of the image buckets",
        made=(
            "module.cdn.aws_cloudfront_distribution.this",
            "module.cdn.aws_cloudfront_cache_policy.this",
            "module.cdn.aws_cloudfront_response_headers_policy.this",
            "module.cdn.aws_route53_record.host",
            "module.cdn.aws_acm_certificate*.this",
            "module.cdn.aws_route53_record.certificate",
        ),
    ),
    Item(
        "45",
        "Route 53 in front, health checks of the load balancer",
        made=(
            "module.edge.aws_route53_zone.this",
            "module.edge.aws_route53_record.*",
            "module.edge.aws_acm_certificate*.this",
            "module.edge.aws_lb_listener*.*",
            "module.edge.aws_lb_target_group.this",
        ),
        held_by=(ROUTES, "doctor.undelegated"),
    ),
    Item(
        "46",
        "Images of the programs in a registry",
        made=(
            "module.registry.aws_ecr_repository.this",
            "module.identity.aws_iam_openid_connect_provider.github",
            "module.identity.aws_iam_role*.github",
        ),
        held_by=("tests/manifests/test_workflows.py::test_dev_deploys_what_it_built_by_digest",),
        elsewhere="Deliveries: `.github/workflows/` and `argocd/`.",
    ),
)
