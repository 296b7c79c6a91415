locals {
  id            = "${var.name}-${var.environment}"
  major_version = split(".", var.engine_version)[0]
  is_available  = var.nodes > 1
  logs          = toset(["engine-log", "slow-log"])
  tags          = { Environment = var.environment }
}

resource "aws_elasticache_subnet_group" "this" {
  name        = "${local.id}-cache"
  description = "Isolated subnets of the ${var.environment} cache"
  subnet_ids  = var.subnet_ids
  tags        = merge(local.tags, { Name = "${local.id}-cache" })
}

resource "aws_elasticache_parameter_group" "this" {
  name        = "${local.id}-cache-valkey${local.major_version}"
  family      = "valkey${local.major_version}"
  description = "A full store refuses"
  tags        = local.tags

  parameter {
    name  = "maxmemory-policy"
    value = var.maxmemory_policy
  }

  lifecycle {
    create_before_destroy = true
  }
}

# The prefix is the one under which AWS delivers logs without a policy per group.
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:The retention is the owner's choice, log_retention_days
  for_each = local.logs

  name              = "/aws/vendedlogs/elasticache/${local.id}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.key_arn
  tags              = local.tags
}

resource "aws_elasticache_replication_group" "this" {
  #checkov:skip=CKV2_AWS_50:Failover over zones is on from the second node; dev has one on purpose
  replication_group_id = "${local.id}-cache"
  description          = "Queue of ${var.environment}; can be rebuilt from the database"
  engine               = "valkey"
  engine_version       = var.engine_version
  node_type            = var.node_type
  port                 = var.port
  parameter_group_name = aws_elasticache_parameter_group.this.name

  num_cache_clusters          = var.nodes
  automatic_failover_enabled  = local.is_available
  multi_az_enabled            = local.is_available
  preferred_cache_cluster_azs = length(var.zone_names) == 0 ? null : [for number in range(var.nodes) : element(var.zone_names, number)]

  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [aws_security_group.this.id]
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  at_rest_encryption_enabled = true
  kms_key_id                 = var.key_arn
  user_group_ids             = [aws_elasticache_user_group.this.user_group_id]

  snapshot_retention_limit   = var.snapshot_retention_days
  snapshot_window            = var.snapshot_retention_days == 0 ? null : var.snapshot_window
  maintenance_window         = var.maintenance_window
  auto_minor_version_upgrade = true
  apply_immediately          = false
  notification_topic_arn     = var.notification_topic_arn

  dynamic "log_delivery_configuration" {
    for_each = aws_cloudwatch_log_group.this

    content {
      destination      = log_delivery_configuration.value.name
      destination_type = "cloudwatch-logs"
      log_format       = "json"
      log_type         = log_delivery_configuration.key
    }
  }

  tags = merge(local.tags, { Name = "${local.id}-cache" })
}
