# Load balancer, services behind it, certificates, and the ways out.

locals {
  # 5xx of the load balancer itself: no target, or none that answers.
  load_balancer_alarms = length(var.target_groups) == 0 ? {} : {
    "edge/unanswered" = {
      what           = "The load balancer itself answered 5xx ${var.thresholds.unanswered_requests} times or more within 5 minutes: no service answered."
      namespace      = "AWS/ApplicationELB"
      metric         = "HTTPCode_ELB_5XX_Count"
      dimensions     = { LoadBalancer = var.load_balancer_arn_suffix }
      statistic      = "Sum"
      period_seconds = 300
      periods        = 1
      comparison     = "GreaterThanOrEqualToThreshold"
      threshold      = var.thresholds.unanswered_requests
      missing        = "notBreaching"
    }
  }

  target_alarms = merge([
    for key, group in var.target_groups : {
      # A group without any target reports nothing, which is what a cluster that is down looks like.
      "${key}-down" = {
        what           = "${key} has no healthy pod behind the load balancer for 3 minutes."
        namespace      = "AWS/ApplicationELB"
        metric         = "HealthyHostCount"
        dimensions     = { LoadBalancer = var.load_balancer_arn_suffix, TargetGroup = group }
        statistic      = "Maximum"
        period_seconds = 60
        periods        = 3
        comparison     = "LessThanThreshold"
        threshold      = 1
        missing        = contains(var.critical_environments, split("/", key)[0]) ? "breaching" : "notBreaching"
      }
      "${key}-unhealthy" = {
        what           = "${key} has a pod that fails its health check for 10 minutes."
        namespace      = "AWS/ApplicationELB"
        metric         = "UnHealthyHostCount"
        dimensions     = { LoadBalancer = var.load_balancer_arn_suffix, TargetGroup = group }
        statistic      = "Minimum"
        period_seconds = 60
        periods        = 10
        comparison     = "GreaterThanOrEqualToThreshold"
        threshold      = 1
        missing        = "notBreaching"
      }
    }
  ]...)

  # ACM renews 60 days ahead; what is left at this many was not renewed.
  certificate_alarms = {
    for key, arn in var.certificate_arns : "certificate/${key}" => {
      what           = "The certificate of ${key} ends within ${var.thresholds.certificate_days} days and was not renewed: is its validation record still there?"
      namespace      = "AWS/CertificateManager"
      metric         = "DaysToExpiry"
      dimensions     = { CertificateArn = arn }
      statistic      = "Minimum"
      period_seconds = 86400
      periods        = 1
      comparison     = "LessThanOrEqualToThreshold"
      threshold      = var.thresholds.certificate_days
      missing        = "ignore" # told once a day
    }
  }

  network_alarms = {
    for key, id in var.nat_gateway_ids : "nat/${key}" => {
      what           = "NAT gateway ${key} ran out of ports within 5 minutes: connections to one address are dropped."
      namespace      = "AWS/NATGateway"
      metric         = "ErrorPortAllocation"
      dimensions     = { NatGatewayId = id }
      statistic      = "Sum"
      period_seconds = 300
      periods        = 1
      comparison     = "GreaterThanThreshold"
      threshold      = 0
      missing        = "notBreaching"
    }
  }

  notice_alarms = merge(
    # A notice that Karpenter does not take within its two minutes.
    {
      for key, queue in var.interruption_queues : "notices/${key}" => {
        what           = "Notices of interruptions wait 2 minutes or more in ${key}: Karpenter does not read them."
        namespace      = "AWS/SQS"
        metric         = "ApproximateAgeOfOldestMessage"
        dimensions     = { QueueName = queue }
        statistic      = "Maximum"
        period_seconds = 60
        periods        = 3
        comparison     = "GreaterThanOrEqualToThreshold"
        threshold      = 120
        missing        = "notBreaching"
      }
    },
    # EventBridge tells nobody when it can't deliver.
    {
      for key, rule in aws_cloudwatch_event_rule.this : "notices/${key}-undelivered" => {
        what           = "A notice of ${key} could not be delivered: check the policies of the topic and its key."
        namespace      = "AWS/Events"
        metric         = "FailedInvocations"
        dimensions     = { RuleName = rule.name }
        statistic      = "Sum"
        period_seconds = 300
        periods        = 1
        comparison     = "GreaterThanThreshold"
        threshold      = 0
        missing        = "notBreaching"
      }
    },
  )
}
