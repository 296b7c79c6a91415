# The month's budget (inventory 98): told when a share of it is spent, and when the forecast passes all of it.

locals {
  budget_notices = concat(
    [for percent in var.alert_at_percent : { type = "ACTUAL", percent = percent }],
    [{ type = "FORECASTED", percent = 100 }],
  )
}

resource "aws_budgets_budget" "month" {
  count = var.monthly_budget_usd == null ? 0 : 1

  name         = "${var.name}-month"
  budget_type  = "COST"
  limit_amount = format("%.2f", var.monthly_budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  dynamic "cost_filter" {
    for_each = var.budget_tag == null ? [] : [var.budget_tag]

    content {
      name   = "TagKeyValue"
      values = [format("user:%s$%s", cost_filter.value.key, cost_filter.value.value)]
    }
  }

  # Mail needs no confirmation, unlike the topic; without an address there is the topic.
  dynamic "notification" {
    for_each = local.budget_notices

    content {
      comparison_operator        = "GREATER_THAN"
      notification_type          = notification.value.type
      threshold                  = notification.value.percent
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.owner_email == null ? null : [var.owner_email]
      subscriber_sns_topic_arns  = var.owner_email == null ? [aws_sns_topic.alerts.arn] : null
    }
  }

  tags = { Name = "${var.name}-month" }

  depends_on = [aws_sns_topic_policy.alerts]
}
