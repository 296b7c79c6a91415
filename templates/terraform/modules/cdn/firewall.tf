# The firewall of scope CLOUDFRONT, which lives in us-east-1 (correction N10). Only reading, so few rules.

locals {
  firewall_count = var.web_acl ? 1 : 0
  if_enforced    = var.firewall.enforce ? "Block" : "Count"
  too_many       = { Block = { CustomResponse = { ResponseCode = 429 } }, Count = {} }

  managed_groups = ["AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet"]

  rate_rules = [{
    Name     = "rate"
    Priority = 0
    Action   = { for action, answer in local.too_many : action => answer if action == local.if_enforced }
    Statement = { RateBasedStatement = {
      Limit               = var.firewall.rate_limit
      EvaluationWindowSec = var.firewall.rate_window_seconds
      AggregateKeyType    = "IP"
    } }
  }]
  managed_rules = [
    for index, group in local.managed_groups : {
      Name           = group
      Priority       = 10 + index
      OverrideAction = { (var.firewall.enforce ? "None" : "Count") = {} }
      Statement      = { ManagedRuleGroupStatement = { VendorName = "AWS", Name = group } }
    }
  ]

  firewall_rules = [
    for rule in concat(local.rate_rules, local.managed_rules) : merge(rule, { VisibilityConfig = {
      CloudWatchMetricsEnabled = true
      MetricName               = "${local.prefix}-${rule.Name}"
      SampledRequestsEnabled   = true
    } })
  ]
}

resource "aws_wafv2_web_acl" "this" {
  #checkov:skip=CKV_AWS_175:the rules are above; checkov does not read rule_json
  #checkov:skip=CKV_AWS_192:the group that stops Log4j lookups is among them
  count  = local.firewall_count
  region = "us-east-1"

  name        = local.prefix
  description = "Firewall of the images of ${var.environment}"
  scope       = "CLOUDFRONT"
  rule_json   = jsonencode(local.firewall_rules)

  default_action {
    allow {}
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = local.prefix
    sampled_requests_enabled   = true
  }

  tags = { Name = local.prefix, Environment = var.environment }
}

# WAF writes to groups of this prefix only.
resource "aws_cloudwatch_log_group" "firewall" {
  #checkov:skip=CKV_AWS_338:how long records are kept is the owner's choice
  #checkov:skip=CKV_AWS_158:encrypted with log_key_arn where the platform has a key in us-east-1, else with CloudWatch's own
  count  = local.firewall_count
  region = "us-east-1"

  name              = "aws-waf-logs-${local.prefix}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_key_arn

  tags = { Name = "${local.prefix}-firewall", Environment = var.environment }
}

# Only what a rule blocked or would have blocked, without the query: a signature opens an image.
resource "aws_wafv2_web_acl_logging_configuration" "this" {
  count  = local.firewall_count
  region = "us-east-1"

  resource_arn            = aws_wafv2_web_acl.this[0].arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall[0].arn]

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

  redacted_fields {
    query_string {}
  }
}
