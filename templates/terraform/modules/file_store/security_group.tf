resource "aws_security_group" "this" {
  name        = "${var.name}-file-store"
  description = "EFS of ${var.name}: in from the nodes, nothing out"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-file-store" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "nfs" {
  for_each = var.allowed_security_group_ids

  security_group_id            = aws_security_group.this.id
  description                  = "NFS from ${each.key}"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  tags                         = { Name = "${var.name}-file-store-from-${each.key}" }
}
