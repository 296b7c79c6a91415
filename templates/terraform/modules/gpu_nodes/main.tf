# What Karpenter's nodes are in AWS: their role, and the way into the cluster.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  account_id = data.aws_caller_identity.current.account_id

  # No AmazonEKS_CNI_Policy: the CNI has a role of its own (module cluster).
  node_policies = toset(["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonSSMManagedInstanceCore"])
}

data "aws_iam_policy_document" "node_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "node" {
  name               = "${var.cluster_name}-nodes-${local.region}"
  description        = "Nodes that Karpenter starts for ${var.cluster_name}"
  assume_role_policy = data.aws_iam_policy_document.node_trust.json

  tags = { Name = "${var.cluster_name}-nodes" }
}

resource "aws_iam_role_policy_attachment" "node" {
  for_each = local.node_policies

  role       = aws_iam_role.node.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.key}"
}

# Managed node groups bring their own entry; Karpenter's nodes need this one to join.
resource "aws_eks_access_entry" "node" {
  cluster_name  = var.cluster_name
  principal_arn = aws_iam_role.node.arn
  type          = "EC2_LINUX"
}

# An account that has never asked for spot instances lacks this role, and Karpenter may not make it (correction P4).
resource "aws_iam_service_linked_role" "spot" {
  count = var.create_spot_service_role ? 1 : 0

  aws_service_name = "spot.amazonaws.com"
}
