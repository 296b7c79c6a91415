# With two regions (inventory 96): a host is well as long as each of its services has a healthy pod.

resource "aws_cloudwatch_metric_alarm" "unserved" {
  for_each = var.failover == null ? {} : local.hosts

  alarm_name          = "${var.name}-${each.key}-unserved"
  alarm_description   = "A service of ${each.key} has had no healthy pod for three minutes; Route 53 fails over on it"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 3
  treat_missing_data  = "breaching"

  metric_query {
    id          = "fewest"
    expression  = "MIN(FILL(METRICS(), 0))"
    label       = "Fewest healthy pods of a service"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = var.services

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = "HealthyHostCount"
        stat        = "Maximum"
        period      = 60
        dimensions = {
          LoadBalancer = aws_lb.this.arn_suffix
          TargetGroup  = aws_lb_target_group.this["${each.key}/${metric_query.key}"].arn_suffix
        }
      }
    }
  }

  tags = { Name = "${var.name}-${each.key}-unserved", Environment = each.key }
}

resource "aws_route53_health_check" "this" {
  for_each = aws_cloudwatch_metric_alarm.unserved

  type                            = "CLOUDWATCH_METRIC"
  cloudwatch_alarm_name           = each.value.alarm_name
  cloudwatch_alarm_region         = data.aws_region.current.region
  insufficient_data_health_status = "LastKnownStatus"

  tags = { Name = "${var.name}-${each.key}-${data.aws_region.current.region}", Environment = each.key }
}
