# One group per environment (correction N3). Karpenter attaches it to the environment's nodes beside the cluster's
# own group, which EKS makes: that one carries control plane to node, node to node and the way out (correction N4).
# Datastores let in these groups, never the cluster's. No rules here: the load balancer's module adds its own.
# Not tagged kubernetes.io/cluster/...: the load balancer controller expects one such group on a node, the cluster's.

resource "aws_security_group" "nodes" {
  #checkov:skip=CKV2_AWS_5:Karpenter attaches it to nodes that Terraform does not know
  for_each = var.environments

  name        = "${var.name}-${each.key}-nodes"
  description = "Nodes of the environment ${each.key} of ${var.name}"
  vpc_id      = var.vpc_id

  tags = {
    Name                     = "${var.name}-${each.key}-nodes"
    Environment              = each.key
    "karpenter.sh/discovery" = var.name
  }
}
