# One load balancer for all environments, told apart by host (correction N14).

data "aws_region" "current" {}

locals {
  hosts = { for name, environment in var.environments : name => "${environment.api_host}.${var.domain}" }
}

resource "aws_lb" "this" {
  #checkov:skip=CKV2_AWS_76:the group that stops Log4j lookups is a rule of rules.tf; checkov does not read rule_json
  name               = "${var.name}-edge"
  load_balancer_type = "application"
  internal           = false
  subnets            = var.public_subnet_ids
  security_groups    = [aws_security_group.this.id]

  idle_timeout               = var.idle_timeout_seconds
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "defensive"
  enable_zonal_shift         = true
  enable_waf_fail_open       = false # the firewall keeps closed environments closed
  enable_deletion_protection = var.deletion_protection

  dynamic "access_logs" {
    for_each = var.access_logs ? [var.logs_bucket] : []

    content {
      bucket  = access_logs.value
      prefix  = var.logs_prefix
      enabled = true
    }
  }

  tags = { Name = "${var.name}-edge" }
}

resource "aws_lb_listener" "http" {
  count = var.redirect_http ? 1 : 0

  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }

  tags = { Name = "${var.name}-edge-http" }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = var.tls_policy
  certificate_arn   = aws_acm_certificate_validation.this[local.default_environment].certificate_arn

  routing_http_response_server_enabled                         = false
  routing_http_response_strict_transport_security_header_value = "max-age=31536000"
  routing_http_response_x_content_type_options_header_value    = "nosniff"

  # What no rule names: the same words as the services'.
  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "application/json"
      status_code  = "404"
      message_body = jsonencode({
        code = "request.unknown_address", status = 404, title = "There is nothing at this address"
      })
    }
  }

  tags = { Name = "${var.name}-edge-https" }
}
