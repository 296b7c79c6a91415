"""Every type of resource that Terraform makes here: billed by an estimator, with another, or not.

A type that is in none of these counts as unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.pricing.estimators.backup import BACKUP
from pingvas_cli.pricing.estimators.cache import CACHE
from pingvas_cli.pricing.estimators.cdn import CDN
from pingvas_cli.pricing.estimators.cluster import CLUSTER
from pingvas_cli.pricing.estimators.database import DATABASE
from pingvas_cli.pricing.estimators.edge import EDGE
from pingvas_cli.pricing.estimators.estimator import Estimator, estimator, fixed
from pingvas_cli.pricing.estimators.file_store import FILE_STORE
from pingvas_cli.pricing.estimators.keys import KEYS
from pingvas_cli.pricing.estimators.network import NETWORK
from pingvas_cli.pricing.estimators.nodes import NODES
from pingvas_cli.pricing.estimators.object_store import OBJECT_STORE
from pingvas_cli.pricing.estimators.observability import OBSERVABILITY
from pingvas_cli.pricing.estimators.registry import REGISTRY
from pingvas_cli.pricing.estimators.secrets import SECRETS
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import Kind
from pingvas_cli.pricing.stock import Stock

KNOWN: Final = (
    CLUSTER,
    NODES,
    DATABASE,
    CACHE,
    NETWORK,
    EDGE,
    CDN,
    FILE_STORE,
    OBJECT_STORE,
    REGISTRY,
    KEYS,
    SECRETS,
    BACKUP,
    OBSERVABILITY,
)
BILLED: Final = frozenset(kind for each in KNOWN for kind in each.types)

# Billed by the use of something else: of what, by its type.
BILLED_WITH: Final = {
    "aws_backup_restore_testing_selection": "aws_backup_restore_testing_plan",
    "aws_backup_selection": "aws_backup_plan",
    "aws_backup_vault": "aws_backup_plan",
    "aws_cloudfront_function": "aws_cloudfront_distribution",
    "aws_cloudwatch_log_delivery": "aws_s3_bucket",
    "aws_efs_backup_policy": "aws_backup_plan",
    "aws_flow_log": "aws_cloudwatch_log_group",
    "aws_lb_target_group": "aws_lb",
    "aws_s3_bucket_replication_configuration": "aws_s3_bucket",
    "aws_wafv2_web_acl_logging_configuration": "aws_cloudwatch_log_group",
}

# Nothing is billed for these, or nothing at this use: messages by the thousand, mails by the ten.
FREE: Final = frozenset(
    {
        "aws_acm_certificate",
        "aws_acm_certificate_validation",
        "aws_backup_vault_lock_configuration",
        "aws_budgets_budget",
        "aws_cloudfront_cache_policy",
        "aws_cloudfront_key_group",
        "aws_cloudfront_origin_access_control",
        "aws_cloudfront_public_key",
        "aws_cloudfront_response_headers_policy",
        "aws_cloudwatch_event_rule",
        "aws_cloudwatch_event_target",
        "aws_cloudwatch_log_delivery_destination",
        "aws_cloudwatch_log_delivery_source",
        "aws_db_subnet_group",
        "aws_default_security_group",
        "aws_ecr_lifecycle_policy",
        "aws_efs_access_point",
        "aws_efs_file_system_policy",
        "aws_efs_mount_target",
        "aws_eks_access_entry",
        "aws_eks_access_policy_association",
        "aws_eks_addon",
        "aws_eks_pod_identity_association",
        "aws_elasticache_parameter_group",
        "aws_elasticache_subnet_group",
        "aws_elasticache_user",
        "aws_elasticache_user_group",
        "aws_iam_openid_connect_provider",
        "aws_iam_policy",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_iam_role_policy_attachment",
        "aws_iam_service_linked_role",
        "aws_internet_gateway",
        "aws_kms_alias",
        "aws_lb_listener",
        "aws_lb_listener_certificate",
        "aws_lb_listener_rule",
        "aws_rds_cluster_parameter_group",
        "aws_route",
        "aws_route53_record",
        "aws_route_table",
        "aws_route_table_association",
        "aws_s3_bucket_cors_configuration",
        "aws_s3_bucket_lifecycle_configuration",
        "aws_s3_bucket_logging",
        "aws_s3_bucket_notification",
        "aws_s3_bucket_ownership_controls",
        "aws_s3_bucket_policy",
        "aws_s3_bucket_public_access_block",
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws_s3_bucket_versioning",
        "aws_secretsmanager_secret_rotation",
        "aws_security_group",
        "aws_sns_topic",
        "aws_sns_topic_policy",
        "aws_sns_topic_subscription",
        "aws_sqs_queue",
        "aws_sqs_queue_policy",
        "aws_vpc",
        "aws_vpc_security_group_egress_rule",
        "aws_vpc_security_group_ingress_rule",
        "aws_wafv2_ip_set",
        "aws_wafv2_web_acl_association",
        "terraform_data",
    }
)
COVERED: Final = BILLED | FREE | BILLED_WITH.keys()


def _strange(stock: Stock) -> Iterator[Part]:
    """What nobody has said the price of."""
    for each in stock.resources:
        if each.type not in COVERED:
            yield fixed(each, Kind.OTHER, of=each.type)


ESTIMATORS: Final[tuple[Estimator, ...]] = (*KNOWN, estimator(_strange))
