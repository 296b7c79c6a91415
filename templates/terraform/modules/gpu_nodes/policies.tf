# What Karpenter 1.14 documents for its controller, policy by policy and statement by statement
# (karpenter.sh/v1.14/reference/cloudformation). What it makes carries the cluster's tags, and it changes nothing
# else. One difference: where Karpenter writes any account, this account is named.

locals {
  ec2 = "arn:${local.partition}:ec2:${local.region}"

  # What a launch makes.
  launched = [
    for kind in ["fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request"] :
    "${local.ec2}:${local.account_id}:${kind}/*"
  ]
  instance_profiles = "arn:${local.partition}:iam::${local.account_id}:instance-profile/*"

  owned_tag = "kubernetes.io/cluster/${var.cluster_name}"

  controller_policies = {
    "lifecycle"         = data.aws_iam_policy_document.lifecycle.json
    "instance-profiles" = data.aws_iam_policy_document.instance_profiles.json
    "cluster"           = data.aws_iam_policy_document.cluster.json
    "interruptions"     = data.aws_iam_policy_document.interruptions.json
    "discovery"         = data.aws_iam_policy_document.discovery.json
  }
}

# Starting, tagging and ending instances.
data "aws_iam_policy_document" "lifecycle" {
  # What a launch may use: images and snapshots belong to AWS, so no account is named.
  statement {
    sid     = "AllowScopedEC2InstanceAccessActions"
    actions = ["ec2:CreateFleet", "ec2:RunInstances"]
    resources = concat(
      ["${local.ec2}::image/*", "${local.ec2}::snapshot/*"],
      [for kind in ["security-group", "subnet", "capacity-reservation", "placement-group"] : "${local.ec2}:${local.account_id}:${kind}/*"],
    )
  }

  statement {
    sid       = "AllowScopedEC2LaunchTemplateAccessActions"
    actions   = ["ec2:CreateFleet", "ec2:RunInstances"]
    resources = ["${local.ec2}:${local.account_id}:launch-template/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.owned_tag}"
      values   = ["owned"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:ResourceTag/karpenter.sh/nodepool"
      values   = ["*"]
    }
  }

  statement {
    sid       = "AllowScopedEC2InstanceActionsWithTags"
    actions   = ["ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"]
    resources = local.launched

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.owned_tag}"
      values   = ["owned"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/eks:eks-cluster-name"
      values   = [var.cluster_name]
    }
    condition {
      test     = "StringLike"
      variable = "aws:RequestTag/karpenter.sh/nodepool"
      values   = ["*"]
    }
  }

  statement {
    sid       = "AllowScopedResourceCreationTagging"
    actions   = ["ec2:CreateTags"]
    resources = local.launched

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.owned_tag}"
      values   = ["owned"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/eks:eks-cluster-name"
      values   = [var.cluster_name]
    }
    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["CreateFleet", "CreateLaunchTemplate", "RunInstances"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:RequestTag/karpenter.sh/nodepool"
      values   = ["*"]
    }
  }

  # Later, three tags of its own instances only.
  statement {
    sid       = "AllowScopedResourceTagging"
    actions   = ["ec2:CreateTags"]
    resources = ["${local.ec2}:${local.account_id}:instance/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.owned_tag}"
      values   = ["owned"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:ResourceTag/karpenter.sh/nodepool"
      values   = ["*"]
    }
    condition {
      test     = "StringEqualsIfExists"
      variable = "aws:RequestTag/eks:eks-cluster-name"
      values   = [var.cluster_name]
    }
    condition {
      test     = "ForAllValues:StringEquals"
      variable = "aws:TagKeys"
      values   = ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"]
    }
  }

  statement {
    sid       = "AllowScopedDeletion"
    actions   = ["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"]
    resources = [for kind in ["instance", "launch-template"] : "${local.ec2}:${local.account_id}:${kind}/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.owned_tag}"
      values   = ["owned"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:ResourceTag/karpenter.sh/nodepool"
      values   = ["*"]
    }
  }
}

# Instance profiles, one per node class, with the nodes' role and no other.
data "aws_iam_policy_document" "instance_profiles" {
  statement {
    sid       = "AllowPassingInstanceRole"
    actions   = ["iam:PassRole"]
    resources = [aws_iam_role.node.arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ec2.amazonaws.com"]
    }
  }

  statement {
    sid       = "AllowScopedInstanceProfileCreationActions"
    actions   = ["iam:CreateInstanceProfile"]
    resources = [local.instance_profiles]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.owned_tag}"
      values   = ["owned"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/eks:eks-cluster-name"
      values   = [var.cluster_name]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/topology.kubernetes.io/region"
      values   = [local.region]
    }
    condition {
      test     = "StringLike"
      variable = "aws:RequestTag/karpenter.k8s.aws/ec2nodeclass"
      values   = ["*"]
    }
  }

  statement {
    sid       = "AllowScopedInstanceProfileTagActions"
    actions   = ["iam:TagInstanceProfile"]
    resources = [local.instance_profiles]

    dynamic "condition" {
      for_each = toset(["aws:ResourceTag", "aws:RequestTag"])

      content {
        test     = "StringEquals"
        variable = "${condition.value}/${local.owned_tag}"
        values   = ["owned"]
      }
    }
    dynamic "condition" {
      for_each = toset(["aws:ResourceTag", "aws:RequestTag"])

      content {
        test     = "StringEquals"
        variable = "${condition.value}/topology.kubernetes.io/region"
        values   = [local.region]
      }
    }
    dynamic "condition" {
      for_each = toset(["aws:ResourceTag", "aws:RequestTag"])

      content {
        test     = "StringLike"
        variable = "${condition.value}/karpenter.k8s.aws/ec2nodeclass"
        values   = ["*"]
      }
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/eks:eks-cluster-name"
      values   = [var.cluster_name]
    }
  }

  statement {
    sid       = "AllowScopedInstanceProfileActions"
    actions   = ["iam:AddRoleToInstanceProfile", "iam:DeleteInstanceProfile", "iam:RemoveRoleFromInstanceProfile"]
    resources = [local.instance_profiles]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.owned_tag}"
      values   = ["owned"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/topology.kubernetes.io/region"
      values   = [local.region]
    }
    condition {
      test     = "StringLike"
      variable = "aws:ResourceTag/karpenter.k8s.aws/ec2nodeclass"
      values   = ["*"]
    }
  }

  statement {
    sid       = "AllowInstanceProfileReadActions"
    actions   = ["iam:GetInstanceProfile"]
    resources = [local.instance_profiles]
  }
}

# Where the API is, and which zone is shifted away from.
data "aws_iam_policy_document" "cluster" {
  statement {
    sid       = "AllowAPIServerEndpointDiscovery"
    actions   = ["eks:DescribeCluster"]
    resources = [var.cluster_arn]
  }

  # The condition names the one cluster; the action takes no narrower resource.
  statement {
    sid       = "AllowZonalShiftStatusReadOnly"
    actions   = ["arc-zonal-shift:GetManagedResource"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "arc-zonal-shift:ResourceIdentifier"
      values   = [var.cluster_arn]
    }
  }
}

data "aws_iam_policy_document" "interruptions" {
  statement {
    sid       = "AllowInterruptionQueueActions"
    actions   = ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
    resources = [aws_sqs_queue.interruptions.arn]
  }
}

# Reading what is on offer. None of these calls can be scoped to a resource.
data "aws_iam_policy_document" "discovery" {
  statement {
    sid = "AllowRegionalReadActions"
    actions = [
      "ec2:DescribeCapacityReservations",
      "ec2:DescribeImages",
      "ec2:DescribeInstances",
      "ec2:DescribeInstanceStatus",
      "ec2:DescribeInstanceTypeOfferings",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeLaunchTemplates",
      "ec2:DescribePlacementGroups",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSpotPriceHistory",
      "ec2:DescribeSubnets",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [local.region]
    }
  }

  # AWS's own image parameters.
  statement {
    sid       = "AllowSSMReadActions"
    actions   = ["ssm:GetParameter"]
    resources = ["arn:${local.partition}:ssm:${local.region}::parameter/aws/service/*"]
  }

  statement {
    sid       = "AllowUnscopedReadActions"
    actions   = ["iam:ListInstanceProfiles", "pricing:GetProducts"]
    resources = ["*"]
  }
}
