"""What the rendered Terraform asks of IAM: the actions behind each type of resource.

What the provider calls when it creates, reads and deletes one. A test compares the resources with
the templates and the names with the API models in botocore. Actions that only change a rare
attribute are left out: this is no policy to attach, but the list of what would stop a bootstrap.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

RESOURCE: Final = re.compile(rb'^resource "(aws_\w+)"', re.MULTILINE)
TERRAFORM_FILE: Final = ".tf"

# Beside the resources: the state, secrets and users that the bootstrap fills, its scan for what is
# left, the roles that services of AWS make on first use, and whether the one for spot is there.
BOOTSTRAP: Final = (
    "s3 ListBucket GetObject PutObject DeleteObject; "
    "secretsmanager GetSecretValue PutSecretValue ListSecrets RestoreSecret UpdateSecret; "
    "kms Decrypt GenerateDataKey CancelKeyDeletion EnableKey; ec2 DescribeInstances; "
    "route53 ListHostedZonesByName ListTagsForResource; "
    "elasticache ModifyUser; rds ModifyDBCluster; tag GetResources; "
    "iam PassRole GetRole CreateServiceLinkedRole"
)
RESOURCES: Final[Mapping[str, str]] = {
    "aws_acm_certificate": "acm RequestCertificate DescribeCertificate DeleteCertificate "
    "AddTagsToCertificate",
    "aws_acm_certificate_validation": "acm DescribeCertificate",
    "aws_backup_plan": "backup CreateBackupPlan GetBackupPlan DeleteBackupPlan TagResource",
    "aws_backup_restore_testing_plan": "backup CreateRestoreTestingPlan GetRestoreTestingPlan "
    "DeleteRestoreTestingPlan",
    "aws_backup_restore_testing_selection": "backup CreateRestoreTestingSelection "
    "GetRestoreTestingSelection DeleteRestoreTestingSelection; iam PassRole",
    "aws_backup_selection": "backup CreateBackupSelection GetBackupSelection "
    "DeleteBackupSelection; iam PassRole",
    "aws_backup_vault": "backup CreateBackupVault DescribeBackupVault DeleteBackupVault; "
    "backup-storage MountCapsule; kms CreateGrant DescribeKey",
    "aws_backup_vault_lock_configuration": "backup PutBackupVaultLockConfiguration "
    "DeleteBackupVaultLockConfiguration",
    "aws_budgets_budget": "budgets ModifyBudget ViewBudget",
    "aws_cloudfront_cache_policy": "cloudfront CreateCachePolicy GetCachePolicy DeleteCachePolicy",
    "aws_cloudfront_distribution": "cloudfront CreateDistribution GetDistribution "
    "UpdateDistribution DeleteDistribution TagResource",
    "aws_cloudfront_function": "cloudfront CreateFunction PublishFunction DescribeFunction "
    "GetFunction DeleteFunction",
    "aws_cloudfront_key_group": "cloudfront CreateKeyGroup GetKeyGroup DeleteKeyGroup",
    "aws_cloudfront_origin_access_control": "cloudfront CreateOriginAccessControl "
    "GetOriginAccessControl DeleteOriginAccessControl",
    "aws_cloudfront_public_key": "cloudfront CreatePublicKey GetPublicKey DeletePublicKey",
    "aws_cloudfront_response_headers_policy": "cloudfront CreateResponseHeadersPolicy "
    "GetResponseHeadersPolicy DeleteResponseHeadersPolicy",
    "aws_cloudwatch_event_rule": "events PutRule DescribeRule DeleteRule TagResource",
    "aws_cloudwatch_event_target": "events PutTargets ListTargetsByRule RemoveTargets",
    "aws_cloudwatch_log_delivery": "logs CreateDelivery GetDelivery DeleteDelivery",
    "aws_cloudwatch_log_delivery_destination": "logs PutDeliveryDestination "
    "GetDeliveryDestination DeleteDeliveryDestination",
    "aws_cloudwatch_log_delivery_source": "logs PutDeliverySource GetDeliverySource "
    "DeleteDeliverySource; cloudfront AllowVendedLogDeliveryForResource",
    "aws_cloudwatch_log_group": "logs CreateLogGroup DescribeLogGroups PutRetentionPolicy "
    "DeleteLogGroup TagResource",
    "aws_cloudwatch_metric_alarm": "cloudwatch PutMetricAlarm DescribeAlarms DeleteAlarms",
    "aws_db_subnet_group": "rds CreateDBSubnetGroup DescribeDBSubnetGroups DeleteDBSubnetGroup",
    "aws_default_security_group": "ec2 DescribeSecurityGroups RevokeSecurityGroupIngress "
    "RevokeSecurityGroupEgress",
    "aws_ecr_lifecycle_policy": "ecr PutLifecyclePolicy GetLifecyclePolicy DeleteLifecyclePolicy",
    "aws_ecr_replication_configuration": "ecr PutReplicationConfiguration DescribeRegistry",
    "aws_ecr_repository": "ecr CreateRepository DescribeRepositories DeleteRepository TagResource",
    "aws_efs_access_point": "elasticfilesystem CreateAccessPoint DescribeAccessPoints "
    "DeleteAccessPoint",
    "aws_efs_backup_policy": "elasticfilesystem PutBackupPolicy DescribeBackupPolicy",
    "aws_efs_file_system": "elasticfilesystem CreateFileSystem DescribeFileSystems "
    "PutLifecycleConfiguration DescribeLifecycleConfiguration DeleteFileSystem",
    "aws_efs_file_system_policy": "elasticfilesystem PutFileSystemPolicy "
    "DescribeFileSystemPolicy DeleteFileSystemPolicy",
    "aws_efs_mount_target": "elasticfilesystem CreateMountTarget DescribeMountTargets "
    "DeleteMountTarget; ec2 CreateNetworkInterface DescribeNetworkInterfaces",
    "aws_eip": "ec2 AllocateAddress DescribeAddresses DisassociateAddress ReleaseAddress",
    "aws_eks_access_entry": "eks CreateAccessEntry DescribeAccessEntry DeleteAccessEntry",
    "aws_eks_access_policy_association": "eks AssociateAccessPolicy "
    "ListAssociatedAccessPolicies DisassociateAccessPolicy",
    "aws_eks_addon": "eks CreateAddon DescribeAddon DescribeAddonVersions DeleteAddon",
    "aws_eks_cluster": "eks CreateCluster DescribeCluster DeleteCluster UpdateClusterConfig "
    "TagResource; iam PassRole",
    "aws_eks_node_group": "eks CreateNodegroup DescribeNodegroup DeleteNodegroup; iam PassRole; "
    "ec2 RunInstances",
    "aws_eks_pod_identity_association": "eks CreatePodIdentityAssociation "
    "DescribePodIdentityAssociation DeletePodIdentityAssociation; iam PassRole GetRole",
    "aws_elasticache_parameter_group": "elasticache CreateCacheParameterGroup "
    "DescribeCacheParameterGroups ModifyCacheParameterGroup DeleteCacheParameterGroup",
    "aws_elasticache_replication_group": "elasticache CreateReplicationGroup "
    "DescribeReplicationGroups DescribeCacheClusters DeleteReplicationGroup AddTagsToResource",
    "aws_elasticache_subnet_group": "elasticache CreateCacheSubnetGroup "
    "DescribeCacheSubnetGroups DeleteCacheSubnetGroup",
    "aws_elasticache_user": "elasticache CreateUser DescribeUsers DeleteUser",
    "aws_elasticache_user_group": "elasticache CreateUserGroup DescribeUserGroups DeleteUserGroup",
    "aws_flow_log": "ec2 CreateFlowLogs DescribeFlowLogs DeleteFlowLogs; iam PassRole",
    "aws_iam_openid_connect_provider": "iam CreateOpenIDConnectProvider "
    "GetOpenIDConnectProvider DeleteOpenIDConnectProvider TagOpenIDConnectProvider",
    "aws_iam_policy": "iam CreatePolicy GetPolicy GetPolicyVersion DeletePolicy TagPolicy",
    "aws_iam_role": "iam CreateRole GetRole DeleteRole TagRole ListRolePolicies "
    "ListAttachedRolePolicies ListInstanceProfilesForRole",
    "aws_iam_role_policy": "iam PutRolePolicy GetRolePolicy DeleteRolePolicy",
    "aws_iam_role_policy_attachment": "iam AttachRolePolicy DetachRolePolicy",
    "aws_iam_service_linked_role": "iam CreateServiceLinkedRole GetRole TagRole "
    "DeleteServiceLinkedRole GetServiceLinkedRoleDeletionStatus",
    "aws_internet_gateway": "ec2 CreateInternetGateway AttachInternetGateway "
    "DescribeInternetGateways DetachInternetGateway DeleteInternetGateway",
    "aws_kms_alias": "kms CreateAlias ListAliases DeleteAlias",
    "aws_kms_key": "kms CreateKey DescribeKey EnableKeyRotation PutKeyPolicy TagResource "
    "ScheduleKeyDeletion",
    "aws_launch_template": "ec2 CreateLaunchTemplate DescribeLaunchTemplates "
    "DescribeLaunchTemplateVersions DeleteLaunchTemplate",
    "aws_lb": "elasticloadbalancing CreateLoadBalancer DescribeLoadBalancers "
    "ModifyLoadBalancerAttributes DeleteLoadBalancer AddTags",
    "aws_lb_listener": "elasticloadbalancing CreateListener DescribeListeners DeleteListener",
    "aws_lb_listener_certificate": "elasticloadbalancing AddListenerCertificates "
    "DescribeListenerCertificates RemoveListenerCertificates",
    "aws_lb_listener_rule": "elasticloadbalancing CreateRule DescribeRules DeleteRule",
    "aws_lb_target_group": "elasticloadbalancing CreateTargetGroup DescribeTargetGroups "
    "ModifyTargetGroupAttributes DeleteTargetGroup",
    "aws_nat_gateway": "ec2 CreateNatGateway DescribeNatGateways DeleteNatGateway",
    "aws_rds_cluster": "rds CreateDBCluster DescribeDBClusters ModifyDBCluster DeleteDBCluster "
    "AddTagsToResource; secretsmanager CreateSecret TagResource; kms CreateGrant",
    "aws_rds_cluster_instance": "rds CreateDBInstance DescribeDBInstances DeleteDBInstance",
    "aws_rds_cluster_parameter_group": "rds CreateDBClusterParameterGroup "
    "DescribeDBClusterParameterGroups ModifyDBClusterParameterGroup "
    "DeleteDBClusterParameterGroup",
    "aws_rds_global_cluster": "rds CreateGlobalCluster DescribeGlobalClusters DeleteGlobalCluster",
    "aws_route": "ec2 CreateRoute DescribeRouteTables DeleteRoute",
    "aws_route53_health_check": "route53 CreateHealthCheck GetHealthCheck DeleteHealthCheck",
    "aws_route53_record": "route53 ChangeResourceRecordSets ListResourceRecordSets GetChange",
    "aws_route53_zone": "route53 CreateHostedZone GetHostedZone DeleteHostedZone "
    "ChangeTagsForResource",
    "aws_route_table": "ec2 CreateRouteTable DescribeRouteTables DeleteRouteTable",
    "aws_route_table_association": "ec2 AssociateRouteTable DisassociateRouteTable",
    "aws_s3_bucket": "s3 CreateBucket DeleteBucket ListBucket GetBucketTagging PutBucketTagging",
    "aws_s3_bucket_cors_configuration": "s3 PutBucketCORS GetBucketCORS",
    "aws_s3_bucket_lifecycle_configuration": "s3 PutLifecycleConfiguration "
    "GetLifecycleConfiguration",
    "aws_s3_bucket_logging": "s3 PutBucketLogging GetBucketLogging",
    "aws_s3_bucket_notification": "s3 PutBucketNotification GetBucketNotification",
    "aws_s3_bucket_ownership_controls": "s3 PutBucketOwnershipControls GetBucketOwnershipControls",
    "aws_s3_bucket_policy": "s3 PutBucketPolicy GetBucketPolicy DeleteBucketPolicy",
    "aws_s3_bucket_public_access_block": "s3 PutBucketPublicAccessBlock GetBucketPublicAccessBlock",
    "aws_s3_bucket_replication_configuration": "s3 PutReplicationConfiguration "
    "GetReplicationConfiguration; iam PassRole",
    "aws_s3_bucket_server_side_encryption_configuration": "s3 PutEncryptionConfiguration "
    "GetEncryptionConfiguration",
    "aws_s3_bucket_versioning": "s3 PutBucketVersioning GetBucketVersioning",
    "aws_secretsmanager_secret": "secretsmanager CreateSecret DescribeSecret DeleteSecret "
    "GetResourcePolicy TagResource",
    "aws_secretsmanager_secret_rotation": "secretsmanager RotateSecret CancelRotateSecret",
    "aws_security_group": "ec2 CreateSecurityGroup DescribeSecurityGroups DeleteSecurityGroup",
    "aws_sns_topic": "sns CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic",
    "aws_sns_topic_policy": "sns SetTopicAttributes",
    "aws_sns_topic_subscription": "sns Subscribe GetSubscriptionAttributes Unsubscribe",
    "aws_sqs_queue": "sqs CreateQueue GetQueueAttributes SetQueueAttributes DeleteQueue",
    "aws_sqs_queue_policy": "sqs SetQueueAttributes GetQueueAttributes",
    "aws_subnet": "ec2 CreateSubnet DescribeSubnets ModifySubnetAttribute DeleteSubnet",
    "aws_vpc": "ec2 CreateVpc DescribeVpcs DescribeVpcAttribute ModifyVpcAttribute DeleteVpc "
    "CreateTags DescribeAvailabilityZones",
    "aws_vpc_endpoint": "ec2 CreateVpcEndpoint DescribeVpcEndpoints DescribePrefixLists "
    "DeleteVpcEndpoints",
    "aws_vpc_security_group_egress_rule": "ec2 AuthorizeSecurityGroupEgress "
    "RevokeSecurityGroupEgress DescribeSecurityGroupRules",
    "aws_vpc_security_group_ingress_rule": "ec2 AuthorizeSecurityGroupIngress "
    "RevokeSecurityGroupIngress DescribeSecurityGroupRules",
    "aws_wafv2_ip_set": "wafv2 CreateIPSet GetIPSet DeleteIPSet",
    "aws_wafv2_web_acl": "wafv2 CreateWebACL GetWebACL UpdateWebACL DeleteWebACL TagResource",
    "aws_wafv2_web_acl_association": "wafv2 AssociateWebACL GetWebACLForResource "
    "DisassociateWebACL; elasticloadbalancing SetWebACL",
    "aws_wafv2_web_acl_logging_configuration": "wafv2 PutLoggingConfiguration "
    "GetLoggingConfiguration DeleteLoggingConfiguration; logs CreateLogDelivery "
    "PutResourcePolicy DescribeResourcePolicies",
}


def needed(tree: Mapping[str, bytes]) -> frozenset[str]:
    """The actions, such as `eks:CreateCluster`, for every resource in a rendered tree."""
    lines = (BOOTSTRAP, *(RESOURCES[one] for one in sorted(resources(tree)) if one in RESOURCES))
    return frozenset(action for line in lines for action in spelled(line))


def resources(tree: Mapping[str, bytes]) -> frozenset[str]:
    """The types of resources that files of Terraform declare."""
    files = (text for path, text in tree.items() if path.endswith(TERRAFORM_FILE))
    return frozenset(one.decode() for text in files for one in RESOURCE.findall(text))


def spelled(line: str) -> Iterator[str]:
    """`"iam PassRole GetRole; ec2 RunInstances"` as `iam:PassRole`, `iam:GetRole`, …"""
    for part in line.split("; "):
        service, *names = part.split()
        yield from (f"{service}:{name}" for name in names)


def by_service(actions: Collection[str]) -> dict[str, list[str]]:
    """The actions without their service, by service, both sorted."""
    found: dict[str, list[str]] = {}
    for action in sorted(actions):
        service, _, name = action.partition(":")
        found.setdefault(service, []).append(name)
    return found
