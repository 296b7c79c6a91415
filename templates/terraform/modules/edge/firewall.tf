# The web ACL in front of the load balancer. Rules are data in rules.tf.

# WAF takes no /0, and needs none: an environment that is open to all has no set.
resource "aws_wafv2_ip_set" "allowed" {
  for_each = {
    for name, environment in var.environments : name => environment if !contains(environment.allowed_cidrs, "0.0.0.0/0")
  }

  name               = "${var.name}-${each.key}-allowed"
  description        = "Networks that may reach ${each.key}"
  scope              = "REGIONAL"
  ip_address_version = "IPV4"
  addresses          = each.value.allowed_cidrs

  tags = { Name = "${var.name}-${each.key}-allowed", Environment = each.key }
}

resource "aws_wafv2_web_acl" "this" {
  #checkov:skip=CKV_AWS_175:the rules are in rules.tf; checkov does not read rule_json
  #checkov:skip=CKV_AWS_192:the group that stops Log4j lookups is among them
  name        = "${var.name}-edge"
  description = "Firewall of the API hosts"
  scope       = "REGIONAL"
  rule_json   = jsonencode(local.firewall_rules)

  default_action {
    allow {}
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "${var.name}-edge"
    sampled_requests_enabled   = true
  }

  tags = { Name = "${var.name}-edge" }
}

resource "aws_wafv2_web_acl_association" "this" {
  resource_arn = aws_lb.this.arn
  web_acl_arn  = aws_wafv2_web_acl.this.arn
}

# WAF writes to groups of this prefix only.
resource "aws_cloudwatch_log_group" "firewall" {
  #checkov:skip=CKV_AWS_338:how long records are kept is the owner's choice
  name              = "aws-waf-logs-${var.name}-edge"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.key_arn

  tags = { Name = "${var.name}-edge-firewall" }
}

# Only what a rule blocked or would have blocked; without what signs people in.
resource "aws_wafv2_web_acl_logging_configuration" "this" {
  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall.arn]

  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      condition {
        action_condition {
          action = "BLOCK"
        }
      }
      condition {
        action_condition {
          action = "COUNT"
        }
      }
      condition {
        action_condition {
          action = "EXCLUDED_AS_COUNT"
        }
      }
    }
  }

  dynamic "redacted_fields" {
    for_each = toset(["authorization", "cookie", "x-api-key"])

    content {
      single_header {
        name = redacted_fields.key
      }
    }
  }
}
