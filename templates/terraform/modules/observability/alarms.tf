# Alarms that must work when the cluster is down. What Prometheus can see is alerted by Alertmanager and not here.
#
# The tables are data: key => what is measured and from where on it is an alarm. `missing` says what silence means:
# "breaching" where a thing that always reports has stopped.

locals {
  alarms = merge(
    local.database_alarms,
    local.cache_alarms,
    local.load_balancer_alarms,
    local.target_alarms,
    local.certificate_alarms,
    local.network_alarms,
    local.notice_alarms,
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${replace(each.key, "/", "-")}"
  alarm_description   = each.value.what
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = each.value.period_seconds
  evaluation_periods  = each.value.periods
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]

  tags = { Name = "${var.name}-${replace(each.key, "/", "-")}" }
}

# Share of failed answers, not their number (correction M1), of each service.
resource "aws_cloudwatch_metric_alarm" "server_errors" {
  for_each = var.target_groups

  alarm_name          = "${var.name}-${replace(each.key, "/", "-")}-server-errors"
  alarm_description   = "${var.thresholds.server_error_percent} % or more of the answers of ${each.key} were 5xx within ${var.thresholds.server_error_minutes} minutes."
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.thresholds.server_error_percent
  treat_missing_data  = "notBreaching" # nobody asked
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]

  metric_query {
    id          = "share"
    label       = "5xx answers in percent"
    expression  = "IF(requests >= ${var.thresholds.server_error_requests}, 100 * FILL(errors, 0) / requests, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { requests = "RequestCount", errors = "HTTPCode_Target_5XX_Count" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        stat        = "Sum"
        period      = 60 * var.thresholds.server_error_minutes
        dimensions  = { LoadBalancer = var.load_balancer_arn_suffix, TargetGroup = each.value }
      }
    }
  }

  tags = { Name = "${var.name}-${replace(each.key, "/", "-")}-server-errors", Environment = split("/", each.key)[0] }
}
