# EKS add-ons: AWS builds, tests and patches them; Terraform pins them and says how they run.

locals {
  # A version that is not named is the one AWS recommends for this Kubernetes version.
  addon_versions = { for name, version in var.addon_versions : name => version if version != null }

  vpc_cni = {
    # Without it NetworkPolicies are accepted and do nothing (correction N2).
    enableNetworkPolicy = "true"
    env = merge(
      # /28 prefixes instead of single addresses: 110 pods on a node of two cores instead of 29 (corrections P6, N6).
      { ENABLE_PREFIX_DELEGATION = tostring(var.prefix_delegation) },
      # A node with a few pods takes one prefix. The CNI's default of a whole spare one would empty /24 subnets, which
      # hold at most 14 each, at 21 nodes.
      var.prefix_delegation ? { MINIMUM_IP_TARGET = "16", WARM_IP_TARGET = "4" } : {},
    )
  }

  # Kept off spot nodes (correction P8).
  on_system_nodes = { nodeSelector = local.system_label }

  before_nodes = {
    "vpc-cni"                = { settings = local.vpc_cni, roles = { "aws-node" = aws_iam_role.addons["vpc-cni"].arn } }
    "kube-proxy"             = { settings = {}, roles = {} }
    "eks-pod-identity-agent" = { settings = {}, roles = {} }
  }

  after_nodes = {
    "coredns" = { settings = local.on_system_nodes, roles = {} }
    "aws-ebs-csi-driver" = {
      settings = { controller = local.on_system_nodes }
      roles    = { "ebs-csi-controller-sa" = aws_iam_role.addons["ebs-csi"].arn }
    }
    "aws-efs-csi-driver" = {
      settings = { controller = local.on_system_nodes }
      roles = {
        "efs-csi-controller-sa" = one([for name, role in aws_iam_role.addons : role.arn if name == "efs-csi"])
        "efs-csi-node-sa"       = one([for name, role in aws_iam_role.addons : role.arn if name == "efs-csi"])
      }
    }
    # No role: volumes are mounted with authenticationSource "pod", so a pod reads what its own role may read.
    "aws-mountpoint-s3-csi-driver" = { settings = {}, roles = {} }
    "metrics-server"               = { settings = local.on_system_nodes, roles = {} }
    "snapshot-controller"          = { settings = local.on_system_nodes, roles = {} }
    "eks-node-monitoring-agent"    = { settings = {}, roles = {} }
  }

  required_addons = toset(["coredns", "aws-ebs-csi-driver"])
  wanted_addons   = setunion(local.required_addons, var.optional_addons)
}

resource "aws_eks_addon" "before_nodes" {
  for_each = local.before_nodes

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = lookup(local.addon_versions, each.key, null)
  configuration_values        = length(each.value.settings) > 0 ? jsonencode(each.value.settings) : null
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  dynamic "pod_identity_association" {
    for_each = each.value.roles

    content {
      service_account = pod_identity_association.key
      role_arn        = pod_identity_association.value
    }
  }

  depends_on = [aws_iam_role_policy_attachment.addons]
}

resource "aws_eks_addon" "after_nodes" {
  for_each = { for name, addon in local.after_nodes : name => addon if contains(local.wanted_addons, name) }

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = lookup(local.addon_versions, each.key, null)
  configuration_values        = length(each.value.settings) > 0 ? jsonencode(each.value.settings) : null
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  dynamic "pod_identity_association" {
    for_each = each.value.roles

    content {
      service_account = pod_identity_association.key
      role_arn        = pod_identity_association.value
    }
  }

  # They need nodes to become active; without their permissions the drivers would not.
  depends_on = [aws_eks_node_group.system, aws_iam_role_policy_attachment.addons, aws_iam_role_policy.efs_csi]
}
