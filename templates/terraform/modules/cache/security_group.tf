resource "aws_security_group" "this" {
  name        = "${local.id}-cache"
  description = "Valkey of ${var.environment}: in from its own nodes, nothing out"
  vpc_id      = var.vpc_id
  tags        = merge(local.tags, { Name = "${local.id}-cache" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "valkey" {
  security_group_id            = aws_security_group.this.id
  description                  = "Valkey from the nodes of ${var.environment}"
  referenced_security_group_id = var.allowed_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  tags                         = merge(local.tags, { Name = "${local.id}-cache-from-nodes" })
}
