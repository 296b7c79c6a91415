# On-demand nodes for what must not vanish with a spot offer: CoreDNS, Karpenter, Argo CD, Prometheus (correction P8).

# Tags of the provider do not reach what a launch template starts.
data "aws_default_tags" "current" {}

locals {
  ami_types    = { arm64 = "AL2023_ARM_64_STANDARD", amd64 = "AL2023_x86_64_STANDARD" }
  system_label = { "pingvas.io/pool" = "system" }
  system_tags  = merge(data.aws_default_tags.current.tags, { Name = "${var.name}-system" })

  # No AmazonEKS_CNI_Policy: the CNI has a role of its own, see addon_roles.tf.
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

resource "aws_iam_role" "system_nodes" {
  name               = "${var.name}-system-nodes-${local.region}"
  description        = "The system nodes of the EKS cluster ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.node_trust.json

  tags = { Name = "${var.name}-system-nodes" }
}

resource "aws_iam_role_policy_attachment" "system_nodes" {
  for_each = local.node_policies

  role       = aws_iam_role.system_nodes.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.key}"
}

resource "aws_launch_template" "system_nodes" {
  name        = "${var.name}-system"
  description = "System nodes of ${var.name}"

  # A pod can't take the node's credentials: a token is needed, and its answer travels one hop (correction N13).
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  # The key's policy must let EC2 use it for this account, as module keys does: Auto Scaling starts the nodes.
  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = var.system_nodes.disk_gb
      encrypted             = true
      kms_key_id            = var.key_arn
      delete_on_termination = true
    }
  }

  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume", "network-interface"])

    content {
      resource_type = tag_specifications.value
      tags          = local.system_tags
    }
  }

  tags = { Name = "${var.name}-system" }
}

resource "aws_eks_node_group" "system" {
  cluster_name           = aws_eks_cluster.this.name
  node_group_name_prefix = "system-"
  node_role_arn          = aws_iam_role.system_nodes.arn
  subnet_ids             = var.private_subnet_ids
  version                = var.kubernetes_version
  ami_type               = local.ami_types[var.system_nodes.architecture]
  instance_types         = var.system_nodes.instance_types
  capacity_type          = "ON_DEMAND" # correction P8
  labels                 = local.system_label

  launch_template {
    id      = aws_launch_template.system_nodes.id
    version = aws_launch_template.system_nodes.latest_version
  }

  scaling_config {
    min_size     = var.system_nodes.minimum
    desired_size = var.system_nodes.desired
    max_size     = var.system_nodes.maximum
  }

  update_config {
    max_unavailable = 1
  }

  node_repair_config {
    enabled = true
  }

  tags = { Name = "${var.name}-system" }

  # EKS reads prefix delegation from the CNI when it counts the pods of a node (correction P6); nodes without
  # the CNI, its role or the agent never become ready.
  depends_on = [aws_eks_addon.before_nodes, aws_iam_role_policy_attachment.system_nodes]

  # Another instance type replaces the group: the new nodes come before the old ones leave.
  lifecycle {
    create_before_destroy = true
  }
}
