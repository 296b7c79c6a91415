locals {
  is_primary   = var.global_cluster_name != null
  is_global    = local.is_primary || var.is_secondary
  has_password = !var.is_secondary
  # Secrets Manager can't manage the password of a member of a global cluster.
  managed_password = !local.is_global
  own_password     = local.is_primary
  # What a secondary holds is its primary's: a snapshot of it would be a second copy.
  final_snapshot = !var.skip_final_snapshot && !var.is_secondary

  major_version = split(".", var.engine_version)[0]
  instances     = { for number in range(1, var.readers + 2) : tostring(number) => number - 1 }
  tags          = var.environment == null ? {} : { Environment = var.environment }
}

resource "aws_db_subnet_group" "this" {
  name        = var.name
  description = "Isolated subnets of ${var.name}"
  subnet_ids  = var.subnet_ids
  tags        = merge(local.tags, { Name = var.name })
}

resource "aws_rds_cluster_parameter_group" "this" {
  name        = "${var.name}-${local.major_version}"
  family      = "aurora-postgresql${local.major_version}"
  description = "TLS from ${var.minimum_tls} on, and what is logged"
  tags        = merge(local.tags, { Name = "${var.name}-${local.major_version}" })

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "ssl_min_protocol_version"
    value = var.minimum_tls
  }

  parameter {
    name  = "log_statement"
    value = "ddl"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = tostring(var.slow_statement_ms)
  }

  lifecycle {
    create_before_destroy = true
  }
}

# RDS writes to this name; made first, it has a retention and a key.
resource "aws_cloudwatch_log_group" "postgresql" {
  #checkov:skip=CKV_AWS_338:The retention is the owner's choice, log_retention_days
  name              = "/aws/rds/cluster/${var.name}/postgresql"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.key_arn
  tags              = local.tags
}

# Another for each cluster that is ever made: the last snapshot of an earlier one keeps its name.
resource "terraform_data" "final_snapshot" {}

resource "aws_rds_cluster" "this" {
  #checkov:skip=CKV2_AWS_8:Aurora's own continuous backups reach any second of the retention, AWS Backup a day
  #checkov:skip=CKV_AWS_139:Deletion protection is the owner's switch, on unless turned off
  cluster_identifier = var.name
  engine             = "aurora-postgresql"
  engine_mode        = "provisioned"
  engine_version     = var.engine_version
  # Never pay for versions beyond their standard support: an upgrade is forced instead. A secondary follows its primary.
  engine_lifecycle_support = var.is_secondary ? null : "open-source-rds-extended-support-disabled"

  database_name                       = local.has_password ? var.database_name : null
  master_username                     = local.has_password ? var.master_username : null
  manage_master_user_password         = local.managed_password ? true : null
  master_user_secret_kms_key_id       = local.managed_password ? var.key_arn : null
  master_password_wo                  = local.own_password ? uuid() : null
  master_password_wo_version          = local.own_password ? 1 : null
  iam_database_authentication_enabled = true
  enable_http_endpoint                = var.data_api && !var.is_secondary

  port                            = var.port
  db_subnet_group_name            = aws_db_subnet_group.this.name
  vpc_security_group_ids          = [aws_security_group.this.id]
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.this.name
  storage_type                    = var.io_optimized ? "aurora-iopt1" : null
  storage_encrypted               = true
  kms_key_id                      = var.key_arn

  backup_retention_period         = var.backup_retention_days
  preferred_backup_window         = var.backup_window
  preferred_maintenance_window    = var.maintenance_window
  copy_tags_to_snapshot           = true
  delete_automated_backups        = var.skip_final_snapshot
  skip_final_snapshot             = !local.final_snapshot
  final_snapshot_identifier       = local.final_snapshot ? coalesce(var.final_snapshot_name, "${var.name}-final-${substr(terraform_data.final_snapshot.id, 0, 8)}") : null
  deletion_protection             = var.deletion_protection
  enabled_cloudwatch_logs_exports = ["postgresql"]

  global_cluster_identifier = var.is_secondary ? var.global_cluster_id : null

  serverlessv2_scaling_configuration {
    min_capacity             = var.min_acu
    max_capacity             = var.max_acu
    seconds_until_auto_pause = var.pause_after_seconds
  }

  tags = merge(local.tags, { Name = var.name })

  lifecycle {
    # A switchover between regions changes both; Terraform must not undo it.
    ignore_changes = [global_cluster_identifier, replication_source_identifier]
  }

  depends_on = [aws_cloudwatch_log_group.postgresql]
}

# Instances are numbered, not called writer and reader: a failover swaps their roles.
resource "aws_rds_cluster_instance" "this" {
  #checkov:skip=CKV_AWS_226:Minor versions are the owner's choice, or it leaves the long-term version
  #checkov:skip=CKV_AWS_353:Performance Insights holds capacity up; off unless asked for
  #checkov:skip=CKV_AWS_118:Enhanced Monitoring holds capacity up as well
  for_each = local.instances

  identifier                      = "${var.name}-${each.key}"
  cluster_identifier              = aws_rds_cluster.this.id
  engine                          = aws_rds_cluster.this.engine
  engine_version                  = aws_rds_cluster.this.engine_version
  instance_class                  = "db.serverless"
  availability_zone               = length(var.zone_names) == 0 ? null : element(var.zone_names, each.value)
  promotion_tier                  = each.value == 0 ? 0 : var.reader_promotion_tier
  publicly_accessible             = false
  auto_minor_version_upgrade      = false
  copy_tags_to_snapshot           = true
  performance_insights_enabled    = var.performance_insights
  performance_insights_kms_key_id = var.performance_insights ? var.key_arn : null
  monitoring_interval             = 0
  tags                            = merge(local.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_secretsmanager_secret_rotation" "master" {
  #checkov:skip=CKV_AWS_304:30 days unless the owner says otherwise; a value that is passed in can't be seen here
  count = local.managed_password ? 1 : 0

  secret_id          = one(aws_rds_cluster.this.master_user_secret[*].secret_arn)
  rotate_immediately = false

  rotation_rules {
    automatically_after_days = var.password_rotation_days
  }
}

# Made from the cluster that is there already, so that a second region can be added later.
resource "aws_rds_global_cluster" "this" {
  count = local.is_primary ? 1 : 0

  global_cluster_identifier    = var.global_cluster_name
  source_db_cluster_identifier = aws_rds_cluster.this.arn
  force_destroy                = true
  deletion_protection          = var.deletion_protection
  tags                         = local.tags
}
