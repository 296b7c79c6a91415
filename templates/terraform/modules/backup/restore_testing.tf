# A backup counts when a restore has been tried. What is restored is deleted after the validation. The database is tried
# by the recovery drill, which restores to a point in time and measures; AWS Backup would restore it into the default VPC.
locals {
  types = {
    file_store = "EFS"
    images     = "S3"
    monitoring = "EBS"
  }
  tested = { for name, plan in local.plans : name => plan if var.restore_testing.enabled && contains(keys(local.types), name) }
  # Names of AWS Backup's restore tests have no hyphens.
  test_name = replace(var.name, "-", "_")
}

resource "aws_backup_restore_testing_plan" "this" {
  count = length(local.tested) > 0 ? 1 : 0

  name                         = "${local.test_name}_restores"
  schedule_expression          = var.restore_testing.schedule
  schedule_expression_timezone = "Etc/UTC"
  start_window_hours           = 8

  recovery_point_selection {
    algorithm             = "LATEST_WITHIN_WINDOW"
    include_vaults        = [aws_backup_vault.this.arn]
    recovery_point_types  = ["CONTINUOUS", "SNAPSHOT"]
    selection_window_days = 30
  }
}

resource "aws_backup_restore_testing_selection" "this" {
  for_each = local.tested

  name                      = "${local.test_name}_${each.key}"
  restore_testing_plan_name = aws_backup_restore_testing_plan.this[0].name
  protected_resource_type   = local.types[each.key]
  protected_resource_arns   = each.key == "monitoring" ? null : local.resources[each.key]
  iam_role_arn              = aws_iam_role.restore[0].arn
  validation_window_hours   = var.restore_testing.validation_hours

  dynamic "protected_resource_conditions" {
    for_each = each.key == "monitoring" ? [var.monitoring_volume_tags] : []

    content {
      dynamic "string_equals" {
        for_each = protected_resource_conditions.value

        content {
          key   = "aws:ResourceTag/${string_equals.key}"
          value = string_equals.value
        }
      }
    }
  }

  depends_on = [aws_iam_role_policy_attachment.restore]
}
