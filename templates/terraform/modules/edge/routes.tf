# Host and path prefix => service. A rule holds five values at most: a host and two prefixes, each itself and below.

locals {
  targets = merge([
    for environment in keys(var.environments) : {
      for service, target in var.services : "${environment}/${service}" => {
        environment = environment, service = service, port = target.port
      }
    }
  ]...)

  # Each environment and service has a range of priorities, so that another prefix moves no other service's rules.
  rules = merge(flatten([
    for environment_index, environment in keys(var.environments) : [
      for service_index, service in keys(var.services) : [
        for part, prefixes in chunklist(var.services[service].path_prefixes, 2) : {
          "${environment}/${service}/${part}" = {
            target   = "${environment}/${service}"
            host     = local.hosts[environment]
            paths    = flatten([for prefix in prefixes : [prefix, "${prefix}/*"]])
            priority = 5000 * environment_index + 100 * service_index + part + 1
          }
        }
      ]
    ]
  ])...)
}

# Pods are registered by a TargetGroupBinding in the cluster, so that this plan is whole without a cluster.
resource "aws_lb_target_group" "this" {
  #checkov:skip=CKV_AWS_378:TLS ends at the load balancer; pods take HTTP inside the VPC, from its security group alone (correction N7)
  for_each = local.targets

  # At most 32 characters: a long platform name is cut, not the rest.
  name = join("-", [
    substr(var.name, 0, 31 - length("${each.value.environment}-${each.value.service}")), each.value.environment, each.value.service,
  ])
  vpc_id                        = var.vpc_id
  target_type                   = "ip"
  protocol                      = "HTTP"
  port                          = each.value.port
  deregistration_delay          = var.drain_seconds
  load_balancing_algorithm_type = "least_outstanding_requests"

  health_check {
    path                = var.health_check_path
    port                = "traffic-port"
    protocol            = "HTTP"
    matcher             = "200"
    interval            = var.health_check_seconds
    timeout             = min(5, var.health_check_seconds - 1)
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  tags = { Name = "${var.name}-${each.value.environment}-${each.value.service}", Environment = each.value.environment }
}

resource "aws_lb_listener_rule" "this" {
  for_each = local.rules

  listener_arn = aws_lb_listener.https.arn
  priority     = each.value.priority

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[each.value.target].arn
  }

  condition {
    host_header {
      values = [each.value.host]
    }
  }

  condition {
    path_pattern {
      values = each.value.paths
    }
  }

  tags = { Name = each.key, Environment = split("/", each.key)[0] }
}
