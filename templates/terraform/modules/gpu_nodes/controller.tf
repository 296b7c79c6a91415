# Karpenter's controller: its role, by Pod Identity, with the policies of policies.tf.

data "aws_iam_policy_document" "controller_trust" {
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
      values   = [var.controller_namespace]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-service-account"
      values   = [var.controller_service_account]
    }
  }
}

resource "aws_iam_role" "controller" {
  name               = "${var.cluster_name}-karpenter-${local.region}"
  description        = "Karpenter's controller in ${var.cluster_name}"
  assume_role_policy = data.aws_iam_policy_document.controller_trust.json

  tags = { Name = "${var.cluster_name}-karpenter" }
}

resource "aws_iam_policy" "controller" {
  for_each = local.controller_policies

  name        = "${var.cluster_name}-karpenter-${each.key}-${local.region}"
  description = "Karpenter's controller in ${var.cluster_name}: ${each.key}"
  policy      = each.value

  tags = { Name = "${var.cluster_name}-karpenter-${each.key}" }
}

resource "aws_iam_role_policy_attachment" "controller" {
  for_each = local.controller_policies

  role       = aws_iam_role.controller.name
  policy_arn = aws_iam_policy.controller[each.key].arn
}

resource "aws_eks_pod_identity_association" "controller" {
  cluster_name    = var.cluster_name
  namespace       = var.controller_namespace
  service_account = var.controller_service_account
  role_arn        = aws_iam_role.controller.arn

  tags = { Name = "${var.cluster_name}-karpenter" }
}
