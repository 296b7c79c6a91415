# The firewall's rules in the words of WAF's API (inventory 52, 53; correction N10).

locals {
  # Group => AWS's name for it, and its place in the order.
  managed_groups = {
    ip_reputation    = { rule_set = "AWSManagedRulesAmazonIpReputationList", priority = 30 }
    anonymous_ip     = { rule_set = "AWSManagedRulesAnonymousIpList", priority = 31 }
    common           = { rule_set = "AWSManagedRulesCommonRuleSet", priority = 32 }
    known_bad_inputs = { rule_set = "AWSManagedRulesKnownBadInputsRuleSet", priority = 33 }
    sql_injection    = { rule_set = "AWSManagedRulesSQLiRuleSet", priority = 34 }
    bot_control      = { rule_set = "AWSManagedRulesBotControlRuleSet", priority = 35 }
  }

  if_enforced = var.firewall.enforce ? "Block" : "Count"
  too_large   = { Block = { CustomResponse = { ResponseCode = 413 } }, Count = {} }
  too_many = {
    Block = { CustomResponse = {
      ResponseCode    = 429
      ResponseHeaders = [{ Name = "retry-after", Value = tostring(var.firewall.rate_window_seconds) }]
    } }
    Count = {}
  }

  # Texts as regular expressions; `*` in a path stands for anything, everything else for itself.
  admin_pattern  = join("|", [for path in var.firewall.admin_paths : lower(replace(replace(path, ".", "\\."), "*", ".*"))])
  upload_paths   = length(var.firewall.upload_paths) > 0 ? var.firewall.upload_paths : ["-"] # no path begins so
  upload_pattern = join("|", [for path in local.upload_paths : replace(replace(path, ".", "\\."), "*", ".*")])
  agent_pattern  = join("|", [for agent in var.firewall.blocked_user_agents : lower(replace(agent, "/([^A-Za-z0-9 _-])/", "\\$1"))])

  # A path however it is written: decoded, without /./ and /../, in lower case.
  plain_path = [
    { Priority = 0, Type = "URL_DECODE" },
    { Priority = 1, Type = "NORMALIZE_PATH" },
    { Priority = 2, Type = "LOWERCASE" },
  ]

  # Priority 0-9. A host is for its networks only, whatever `enforce` says (correction N14).
  access_rules = [
    for index, environment in keys(aws_wafv2_ip_set.allowed) : {
      Name     = "${environment}-from-its-networks"
      Priority = index
      Action   = { Block = {} }
      Statement = { AndStatement = { Statements = [
        { RegexMatchStatement = {
          RegexString         = "^${replace(local.hosts[environment], ".", "\\.")}"
          FieldToMatch        = { SingleHeader = { Name = "host" } }
          TextTransformations = [{ Priority = 0, Type = "LOWERCASE" }]
        } },
        { NotStatement = { Statement = {
          IPSetReferenceStatement = { ARN = aws_wafv2_ip_set.allowed[environment].arn }
        } } },
      ] } }
    }
  ]

  # Priority 10-12. What the owner names is turned away.
  country_rules = [
    for countries in [var.firewall.blocked_countries] : {
      Name      = "blocked-countries"
      Priority  = 10
      Action    = { Block = {} }
      Statement = { GeoMatchStatement = { CountryCodes = countries } }
    } if length(countries) > 0
  ]
  agent_rules = [
    for pattern in [local.agent_pattern] : {
      Name     = "blocked-user-agents"
      Priority = 11
      Action   = { Block = {} }
      Statement = { RegexMatchStatement = {
        RegexString         = pattern
        FieldToMatch        = { SingleHeader = { Name = "user-agent" } }
        TextTransformations = [{ Priority = 0, Type = "LOWERCASE" }]
      } }
    } if pattern != ""
  ]
  admin_rules = [
    for pattern in [local.admin_pattern] : {
      Name     = "admin-paths"
      Priority = 12
      Action   = { Block = {} }
      Statement = { RegexMatchStatement = {
        RegexString         = "^(${pattern})(/|$)"
        FieldToMatch        = { UriPath = {} }
        TextTransformations = local.plain_path
      } }
    } if pattern != ""
  ]

  # Priority 20. Not a managed group (correction N10).
  rate_rules = [{
    Name     = "rate"
    Priority = 20
    Action   = { for action, answer in local.too_many : action => answer if action == local.if_enforced }
    Statement = { RateBasedStatement = {
      Limit               = var.firewall.rate_limit
      EvaluationWindowSec = var.firewall.rate_window_seconds
      AggregateKeyType    = "IP"
    } }
  }]

  # Priority 30-35. The load balancer shows 8 KB of a body to WAF, and the common group refuses longer ones: that rule
  # only labels here, and the rule after it refuses by label.
  managed_rules = [
    for group in var.firewall.managed_rules : {
      Name           = replace(group, "_", "-")
      Priority       = local.managed_groups[group].priority
      OverrideAction = { (var.firewall.enforce ? "None" : "Count") = {} }
      Statement = { ManagedRuleGroupStatement = merge(
        { VendorName = "AWS", Name = local.managed_groups[group].rule_set },
        group == "common" ? { RuleActionOverrides = [{ Name = "SizeRestrictions_BODY", ActionToUse = { Count = {} } }] } : {},
        group == "bot_control" ? { ManagedRuleGroupConfigs = [{ AWSManagedRulesBotControlRuleSet = { InspectionLevel = "COMMON" } }] } : {},
      ) }
    }
  ]

  # Priority 40.
  long_body = { LabelMatchStatement = { Scope = "LABEL", Key = "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body" } }
  not_upload = { NotStatement = { Statement = { RegexMatchStatement = {
    RegexString         = "^(${local.upload_pattern})(/|$)"
    FieldToMatch        = { UriPath = {} }
    TextTransformations = [{ Priority = 0, Type = "NONE" }]
  } } } }
  body_rules = [
    for group in var.firewall.managed_rules : {
      Name      = "long-bodies"
      Priority  = 40
      Action    = { for action, answer in local.too_large : action => answer if action == local.if_enforced }
      Statement = { AndStatement = { Statements = [local.long_body, local.not_upload] } }
    } if group == "common"
  ]

  firewall_rules = [
    for rule in concat(
      local.access_rules, local.country_rules, local.agent_rules, local.admin_rules, local.rate_rules, local.managed_rules,
      local.body_rules,
      ) : merge(rule, { VisibilityConfig = {
        CloudWatchMetricsEnabled = true
        MetricName               = "${var.name}-edge-${rule.Name}"
        SampledRequestsEnabled   = true
    } })
  ]
}
