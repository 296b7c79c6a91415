# The control plane: version, network, encryption, logs.

data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region

  # Without a network outside, the API answers inside the VPC only.
  public_api = length(var.api_allowed_cidrs) > 0
}

# Made before the cluster, which would otherwise make one that keeps everything forever (correction D11).
resource "aws_cloudwatch_log_group" "control_plane" {
  #checkov:skip=CKV_AWS_338:how long control plane logs are kept is the owner's choice (cluster.log_retention_days)
  name              = "/aws/eks/${var.name}/cluster"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.key_arn

  tags = { Name = "${var.name}-control-plane" }
}

resource "aws_eks_cluster" "this" {
  #checkov:skip=CKV_AWS_37:which logs are worth their price is the owner's choice (cluster.control_plane_logs)
  name                          = var.name
  version                       = var.kubernetes_version
  role_arn                      = aws_iam_role.control_plane.arn
  enabled_cluster_log_types     = var.control_plane_logs
  deletion_protection           = var.deletion_protection
  bootstrap_self_managed_addons = false # all are EKS add-ons, see addons.tf

  # Access entries alone say who gets in; nobody does for having made the cluster (correction N13).
  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = var.key_arn
    }
  }

  # STANDARD: at the end of standard support EKS moves to the next version; extended costs six times as much (correction P1).
  upgrade_policy {
    support_type = var.support_type
  }

  vpc_config {
    subnet_ids              = var.private_subnet_ids
    endpoint_private_access = true
    endpoint_public_access  = local.public_api
    public_access_cidrs     = local.public_api ? var.api_allowed_cidrs : null
  }

  # Lets an operator, or a drill, move traffic out of an impaired zone.
  zonal_shift_config {
    enabled = true
  }

  tags = { Name = var.name }

  depends_on = [
    aws_cloudwatch_log_group.control_plane,
    aws_iam_role_policy.control_plane_key,
    aws_iam_role_policy_attachment.control_plane,
  ]
}
