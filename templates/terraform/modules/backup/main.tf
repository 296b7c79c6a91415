data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

locals {
  partition = data.aws_partition.this.partition
  plans     = { for name, plan in var.plans : name => plan if plan.enabled }
  backs_up  = length(local.plans) > 0
  copied    = var.copy_to == null ? [] : [for name in keys(local.plans) : name if contains(var.copy_to.plans, name)]

  resources = {
    file_store = compact([var.file_system_arn])
    images     = var.image_bucket_arns
    database   = var.database_cluster_arns
    monitoring = ["arn:${local.partition}:ec2:*:*:volume/*"]
  }

  # S3 alone can be followed change by change, for at most 35 days.
  continuous = { for name, plan in local.plans : name => name == "images" && plan.retention_days <= 35 }
}

resource "aws_backup_vault" "this" {
  name          = "${var.name}-backups"
  kms_key_arn   = var.key_arn
  force_destroy = !var.deletion_protection && !var.locked_vault
  tags          = { Name = "${var.name}-backups" }
}

resource "aws_backup_vault_lock_configuration" "this" {
  count = var.locked_vault ? 1 : 0

  backup_vault_name  = aws_backup_vault.this.name
  min_retention_days = local.backs_up ? min([for plan in local.plans : plan.retention_days]...) : 1
}

resource "aws_backup_plan" "this" {
  for_each = local.plans

  name = "${var.name}-${replace(each.key, "_", "-")}"

  rule {
    rule_name                = replace(each.key, "_", "-")
    target_vault_name        = aws_backup_vault.this.name
    schedule                 = each.value.schedule
    start_window             = 60
    completion_window        = 10080
    enable_continuous_backup = local.continuous[each.key]

    lifecycle {
      delete_after                              = each.value.retention_days
      opt_in_to_archive_for_supported_resources = false
    }

    dynamic "copy_action" {
      for_each = contains(local.copied, each.key) ? [var.copy_to] : []

      content {
        destination_vault_arn = copy_action.value.vault_arn

        lifecycle {
          delete_after                              = each.value.retention_days
          opt_in_to_archive_for_supported_resources = false
        }
      }
    }
  }

  tags = { Name = "${var.name}-${replace(each.key, "_", "-")}" }
}

resource "aws_backup_selection" "this" {
  for_each = local.plans

  name         = "${var.name}-${replace(each.key, "_", "-")}"
  plan_id      = aws_backup_plan.this[each.key].id
  iam_role_arn = aws_iam_role.backup[0].arn
  resources    = local.resources[each.key]

  dynamic "condition" {
    for_each = each.key == "monitoring" ? [var.monitoring_volume_tags] : []

    content {
      dynamic "string_equals" {
        for_each = condition.value

        content {
          key   = "aws:ResourceTag/${string_equals.key}"
          value = string_equals.value
        }
      }
    }
  }

  depends_on = [aws_iam_role_policy_attachment.backup]
}
