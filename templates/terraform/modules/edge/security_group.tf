# In: 443 and 80 from those who may reach an environment. Out: the pods' ports of each environment's nodes, and no more.

locals {
  allowed_cidrs = distinct(flatten([for environment in var.environments : environment.allowed_cidrs]))
  client_cidrs  = contains(local.allowed_cidrs, "0.0.0.0/0") ? ["0.0.0.0/0"] : local.allowed_cidrs
  open_ports    = var.redirect_http ? [443, 80] : [443]

  ingress = {
    for pair in setproduct(local.open_ports, local.client_cidrs) : "${pair[0]}/${pair[1]}" => { port = pair[0], cidr = pair[1] }
  }
}

resource "aws_security_group" "this" {
  name        = "${var.name}-edge"
  description = "Load balancer: clients in, pods out"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-edge" }
}

# One group for all hosts; the firewall holds each host to its own networks.
resource "aws_vpc_security_group_ingress_rule" "client" {
  for_each = local.ingress

  security_group_id = aws_security_group.this.id
  description       = each.value.port == 443 ? "HTTPS" : "HTTP, redirected"
  cidr_ipv4         = each.value.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port

  tags = { Name = "${var.name}-edge-${each.key}" }
}

# Health checks use the same port (correction N4).
resource "aws_vpc_security_group_egress_rule" "pods" {
  for_each = local.targets

  security_group_id            = aws_security_group.this.id
  description                  = "Pods of ${each.value.service} in ${each.value.environment}"
  referenced_security_group_id = var.environments[each.value.environment].node_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port

  tags = { Name = "${var.name}-edge-${each.key}", Environment = each.value.environment }
}

resource "aws_vpc_security_group_ingress_rule" "pods" {
  for_each = local.targets

  security_group_id            = var.environments[each.value.environment].node_security_group_id
  description                  = "Load balancer to pods of ${each.value.service}"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port

  tags = { Name = "${var.name}-edge-${each.key}", Environment = each.value.environment }
}
