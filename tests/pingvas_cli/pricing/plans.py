"""Plans as tests write them: resources by address, as they stand and as they would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pingvas_cli.adapters.terraform_events import plan
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.ports.terraform_root import PlannedResource
from pingvas_cli.pricing.estimate import Estimate, estimate

Values = Mapping[str, Any]
CONFIGURATION: Final = Configuration()
ACL: Final = '[{"Name":"a"},{"Name":"b"},{"Name":"c"}]'

# The default platform by what is billed, with the values that a plan knows.
OLDEST_EKS: Final = (1, 34)
PLATFORM: Final[Mapping[str, Values]] = {
    "module.cluster.aws_eks_cluster.this": {"version": "1.35"},
    "module.cluster.aws_eks_node_group.system": {
        "instance_types": ["m7g.large"],
        "capacity_type": "ON_DEMAND",
        "scaling_config": [{"desired_size": 2}],
    },
    "module.cluster.aws_launch_template.system_nodes": {
        "block_device_mappings": [{"ebs": [{"volume_size": 50}]}]
    },
    'module.network.aws_nat_gateway.zonal["use1-az1"]': {},
    'module.network.aws_eip.zonal_nat["use1-az1"]': {},
    'module.network.aws_subnet.public["use1-az1"]': {},
    "module.network.aws_vpc_endpoint.s3": {"vpc_endpoint_type": "Gateway"},
    "module.edge.aws_lb.this": {"internal": False, "subnets": [None, None, None]},
    "module.edge.aws_wafv2_web_acl.this": {},
    'module.cdn["dev"].aws_wafv2_web_acl.this[0]': {"region": "us-east-1", "rule_json": ACL},
    'module.cdn["prod"].aws_wafv2_web_acl.this[0]': {"region": "us-east-1", "rule_json": ACL},
    'module.cdn["prod"].aws_cloudfront_distribution.this': {},
    "module.edge.aws_route53_zone.this[0]": {},
    "module.database.aws_rds_cluster.this": {
        "manage_master_user_password": True,
        "serverlessv2_scaling_configuration": [{"min_capacity": 0.5, "max_capacity": 4}],
    },
    'module.database.aws_rds_cluster_instance.this["1"]': {"instance_class": "db.serverless"},
    'module.database.aws_rds_cluster_instance.this["2"]': {"instance_class": "db.serverless"},
    'module.cache["dev"].aws_elasticache_replication_group.this': {
        "engine": "valkey",
        "node_type": "cache.t4g.medium",
        "num_cache_clusters": 1,
    },
    'module.cache["prod"].aws_elasticache_replication_group.this': {
        "engine": "valkey",
        "node_type": "cache.r6g.large",
        "num_cache_clusters": 3,
    },
    "module.file_store.aws_efs_file_system.this": {},
    'module.object_store.aws_s3_bucket.this["dev_images"]': {},
    'module.object_store.aws_s3_bucket.this["prod_images"]': {},
    'module.object_store.aws_s3_bucket.this["checkpoints"]': {},
    'module.object_store.aws_s3_bucket.this["logs"]': {},
    'module.registry.aws_ecr_repository.this["user"]': {},
    'module.secrets.aws_secretsmanager_secret.this["dev/signing-key"]': {},
    'module.backup.aws_backup_plan.this["file_store"]': {},
    'module.observability.aws_cloudwatch_log_group.this["dev/services"]': {},
    'module.keys.aws_kms_key.this["dev"]': {},
    "module.identity.aws_iam_role.this": {},
}


def planned(address: str, before: Values | None, after: Values | None) -> PlannedResource:
    """One resource; its type and module are read from its address."""
    actions = {(True, False): ["create"], (False, True): ["delete"]}
    change = {
        "address": address,
        "module_address": _module(address),
        "mode": "managed",
        "type": _type(address),
        "change": {
            "actions": actions.get((before is None, after is None), ["no-op"]),
            "before": before,
            "after": after,
        },
    }
    return plan({"resource_changes": [change]}).resources[0]


def made(stock: Mapping[str, Values] = PLATFORM, **written: Any) -> Estimate:
    """The estimate of a plan that makes everything."""
    return changed({}, stock, **written)


def changed(
    before: Mapping[str, Values],
    after: Mapping[str, Values],
    oldest_eks: tuple[int, ...] = OLDEST_EKS,
    **written: Any,
) -> Estimate:
    """The estimate of a plan from one stock to another."""
    addresses = {**before, **after}
    found = [planned(each, before.get(each), after.get(each)) for each in addresses]
    return estimate(found, Configuration.model_validate(written), oldest_eks)


def _type(address: str) -> str:
    return next(each for each in address.split(".") if each.startswith(("aws_", "other_")))


def _module(address: str) -> str:
    return address.rpartition(f".{_type(address)}.")[0]
