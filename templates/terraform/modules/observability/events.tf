# What AWS tells by events: failed backups (inventory 90-92, correction M5), failovers, and its own trouble.

locals {
  failed = ["ABORTED", "EXPIRED", "FAILED", "PARTIAL"]

  events = merge(
    {
      # Backup and copy jobs have a state, restores (also of the restore testing, correction D7) a status.
      "backup-failed" = {
        source        = ["aws.backup"]
        "detail-type" = ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"]
        detail        = { "$or" = [{ state = local.failed }, { status = local.failed }] }
      }
      "aws-health" = {
        source        = ["aws.health"]
        "detail-type" = ["AWS Health Event"]
        detail        = { eventTypeCategory = ["issue", "scheduledChange"] }
      }
    },
    length(var.databases) == 0 ? {} : {
      "database-failover" = {
        source        = ["aws.rds"]
        "detail-type" = ["RDS DB Cluster Event"]
        detail = {
          EventCategories  = ["failover", "failure", "global-failover"]
          SourceIdentifier = [for database in var.databases : database.identifier]
        }
      }
    },
  )
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.events

  name          = "${var.name}-${each.key}"
  description   = "${each.key}, to the owner of ${var.name}"
  event_pattern = jsonencode(each.value)

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.events

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "owner"
  arn       = aws_sns_topic.alerts.arn
}
