# Who may administer the cluster, and what the control plane itself may do.

# With an SSO or assumed role this is the role, not the session.
data "aws_caller_identity" "current" {}

data "aws_iam_session_context" "caller" {
  arn = data.aws_caller_identity.current.arn
}

locals {
  # A cluster that nobody can administer could not be bootstrapped.
  administrator_arns = toset(
    length(var.administrator_role_arns) > 0 ? var.administrator_role_arns : [data.aws_iam_session_context.caller.issuer_arn]
  )
}

resource "aws_eks_access_entry" "administrators" {
  for_each = local.administrator_arns

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = each.key
  type          = "STANDARD"
}

resource "aws_eks_access_policy_association" "administrators" {
  for_each = local.administrator_arns

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.administrators[each.key].principal_arn
  policy_arn    = "arn:${local.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }
}

data "aws_iam_policy_document" "control_plane_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["eks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "control_plane" {
  name               = "${var.name}-control-plane-${local.region}"
  description        = "The control plane of the EKS cluster ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.control_plane_trust.json

  tags = { Name = "${var.name}-control-plane" }
}

resource "aws_iam_role_policy_attachment" "control_plane" {
  role       = aws_iam_role.control_plane.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AmazonEKSClusterPolicy"
}

data "aws_iam_policy_document" "control_plane_key" {
  # Envelope encryption of Kubernetes secrets.
  statement {
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ListGrants"]
    resources = [var.key_arn]
  }
}

resource "aws_iam_role_policy" "control_plane_key" {
  name   = "secrets-key"
  role   = aws_iam_role.control_plane.id
  policy = data.aws_iam_policy_document.control_plane_key.json
}
