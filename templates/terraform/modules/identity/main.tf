# A role per service account that calls AWS, bound to that account by Pod Identity (correction N13). Who calls nothing
# has no role: a pod without an association has no credentials, as nodes answer metadata requests one hop away only.

data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region

  # Role => who takes it, and what for.
  pod_roles = merge(local.service_roles, local.platform_roles)
}

data "aws_iam_policy_document" "pod_trust" {
  for_each = local.pod_roles

  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/eks-cluster-arn"
      values   = [var.cluster_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-namespace"
      values   = [each.value.namespace]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-service-account"
      values   = [each.value.service_account]
    }
  }
}

resource "aws_iam_role" "pods" {
  for_each = local.pod_roles

  name               = "${var.name}-${replace(each.key, "/", "-")}-${local.region}"
  description        = "Service account ${each.value.service_account} of namespace ${each.value.namespace} in ${var.cluster_name}"
  assume_role_policy = data.aws_iam_policy_document.pod_trust[each.key].json

  tags = merge(
    { Name = "${var.name}-${replace(each.key, "/", "-")}" },
    each.value.environment == null ? {} : { Environment = each.value.environment },
  )
}

resource "aws_iam_role_policy" "pods" {
  for_each = local.pod_roles

  name   = "needs"
  role   = aws_iam_role.pods[each.key].id
  policy = each.value.policy
}

resource "aws_eks_pod_identity_association" "pods" {
  for_each = local.pod_roles

  cluster_name    = var.cluster_name
  namespace       = each.value.namespace
  service_account = each.value.service_account
  role_arn        = aws_iam_role.pods[each.key].arn

  tags = aws_iam_role.pods[each.key].tags

  # A pod that starts between the two would be refused.
  depends_on = [aws_iam_role_policy.pods]
}
