# A role per add-on that calls AWS, for its service account alone. They stand before the add-on: a pod that starts
# without its Pod Identity association stays without credentials until it is started again.

locals {
  efs_wanted = contains(var.optional_addons, "aws-efs-csi-driver")

  addon_accounts = merge(
    {
      "vpc-cni" = ["aws-node"]
      "ebs-csi" = ["ebs-csi-controller-sa"]
    },
    local.efs_wanted ? { "efs-csi" = ["efs-csi-controller-sa", "efs-csi-node-sa"] } : {},
  )

  addon_policies = {
    "vpc-cni" = "AmazonEKS_CNI_Policy"
    # V2 touches only volumes and snapshots that the driver itself has tagged.
    "ebs-csi" = "AmazonEBSCSIDriverPolicyV2"
  }
}

data "aws_iam_policy_document" "addon_trust" {
  for_each = local.addon_accounts

  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/eks-cluster-arn"
      values   = [aws_eks_cluster.this.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-namespace"
      values   = ["kube-system"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-service-account"
      values   = each.value
    }
  }
}

resource "aws_iam_role" "addons" {
  for_each = local.addon_accounts

  name               = "${var.name}-${each.key}-${local.region}"
  description        = "The add-on ${each.key} of the EKS cluster ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.addon_trust[each.key].json

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_iam_role_policy_attachment" "addons" {
  for_each = local.addon_policies

  role       = aws_iam_role.addons[each.key].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.value}"
}

data "aws_iam_policy_document" "efs_csi" {
  count = local.efs_wanted ? 1 : 0

  # Finding mount targets. Access points are Terraform's: the driver makes and deletes none.
  statement {
    #checkov:skip=CKV_AWS_356:descriptions of EFS and of zones can't be scoped to one resource
    actions = [
      "ec2:DescribeAvailabilityZones",
      "elasticfilesystem:DescribeAccessPoints",
      "elasticfilesystem:DescribeFileSystems",
      "elasticfilesystem:DescribeMountTargets",
    ]
    resources = ["*"]
  }

  # Mounting with an identity, by an access point only: it decides whose files are seen (correction N3).
  dynamic "statement" {
    for_each = length(var.file_system_arns) > 0 ? [var.file_system_arns] : []

    content {
      actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
      resources = statement.value

      condition {
        test     = "Null"
        variable = "elasticfilesystem:AccessPointArn"
        values   = ["false"]
      }
    }
  }
}

resource "aws_iam_role_policy" "efs_csi" {
  count = local.efs_wanted ? 1 : 0

  name   = "mount"
  role   = aws_iam_role.addons["efs-csi"].id
  policy = data.aws_iam_policy_document.efs_csi[0].json
}
