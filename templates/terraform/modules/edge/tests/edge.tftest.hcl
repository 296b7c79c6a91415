mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "us-east-1" }
  }
  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/pingvas-edge/1" }
  }
  mock_resource "aws_lb_listener" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/pingvas-edge/1/2" }
  }
  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/pingvas/3" }
  }
  mock_resource "aws_acm_certificate" {
    defaults = { arn = "arn:aws:acm:us-east-1:111122223333:certificate/4" }
  }
  mock_resource "aws_wafv2_ip_set" {
    defaults = { arn = "arn:aws:wafv2:us-east-1:111122223333:regional/ipset/pingvas/5" }
  }
  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/pingvas-edge/6" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:111122223333:log-group:aws-waf-logs-pingvas-edge" }
  }
}

variables {
  name              = "pingvas"
  vpc_id            = "vpc-1"
  public_subnet_ids = ["subnet-1", "subnet-2", "subnet-3"]
  domain            = "pingvas.example.com"
  key_arn           = "arn:aws:kms:us-east-1:111122223333:key/shared"
  logs_bucket       = "pingvas-logs-shared-111122223333"

  environments = {
    dev  = { api_host = "api-dev", allowed_cidrs = ["203.0.113.0/24"], node_security_group_id = "sg-dev" }
    prod = { api_host = "api", allowed_cidrs = ["0.0.0.0/0"], node_security_group_id = "sg-prod" }
  }
  services = {
    user       = { port = 8001, path_prefixes = ["/v1/auth", "/v1/users", "/v1/sessions", "/v1/api-keys", "/.well-known"] }
    payment    = { port = 8002, path_prefixes = ["/v1/credits", "/v1/plans", "/v1/subscriptions", "/v1/payments", "/v1/checkouts", "/v1/webhooks"] }
    generation = { port = 8003, path_prefixes = ["/v1/generations", "/v1/quotes", "/v1/events"] }
    gallery    = { port = 8004, path_prefixes = ["/v1/images", "/v1/albums", "/v1/tags", "/v1/shares", "/v1/exports", "/v1/uploads"] }
    model      = { port = 8005, path_prefixes = ["/v1/checkpoints", "/v1/installs"] }
  }
  firewall = { upload_paths = ["/v1/uploads", "/v1/installs"] }
}

run "inventory_11_clients_in_and_pods_out" {
  command = plan

  assert {
    condition     = toset(keys(aws_vpc_security_group_ingress_rule.client)) == toset(["443/0.0.0.0/0", "80/0.0.0.0/0"])
    error_message = "443 and 80, from everywhere once one environment is open to all."
  }
  assert {
    condition = alltrue([
      for rule in aws_vpc_security_group_egress_rule.pods : rule.from_port == rule.to_port && rule.cidr_ipv4 == null
    ])
    error_message = "Out to pods only, a port at a time."
  }
  assert {
    condition     = toset([for rule in aws_vpc_security_group_egress_rule.pods : rule.from_port]) == toset([8001, 8002, 8003, 8004, 8005])
    error_message = "The five services' ports."
  }
}

run "n4_pods_ports_are_open_to_the_load_balancer" {
  command = plan

  assert {
    condition = alltrue([
      for target, rule in aws_vpc_security_group_ingress_rule.pods :
      rule.security_group_id == var.environments[split("/", target)[0]].node_security_group_id
      && rule.from_port == var.services[split("/", target)[1]].port && rule.to_port == rule.from_port
    ])
    error_message = "Each environment's nodes take each service's port, and no other."
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.pods) == 10
    error_message = "Five services in two environments."
  }
  assert {
    condition = alltrue([
      for group in aws_lb_target_group.this : group.target_type == "ip" && one(group.health_check).port == "traffic-port"
    ])
    error_message = "Pods are targets, and health checks come on the same port."
  }
}

run "inventory_45_health_checks_and_hosts" {
  command = plan

  assert {
    condition = alltrue([
      for group in aws_lb_target_group.this :
      one(group.health_check).path == "/readyz" && one(group.health_check).interval == 15 && one(group.health_check).timeout < 15
    ])
    error_message = "Readiness is asked every 15 seconds."
  }
  assert {
    condition     = aws_route53_zone.this[0].name == "pingvas.example.com"
    error_message = "A zone is made where none is named."
  }
  assert {
    condition     = aws_route53_record.api["dev"].name == "api-dev.pingvas.example.com" && aws_route53_record.api["prod"].name == "api.pingvas.example.com"
    error_message = "Each environment has its host."
  }
  assert {
    condition     = output.api_urls == { dev = "https://api-dev.pingvas.example.com", prod = "https://api.pingvas.example.com" }
    error_message = "Addresses of the APIs."
  }
}

run "inventory_45_an_existing_zone" {
  command = plan

  variables {
    hosted_zone_id = "Z123"
  }

  assert {
    condition     = length(aws_route53_zone.this) == 0 && output.zone_id == "Z123" && length(output.name_servers) == 0
    error_message = "A named zone is used and not made."
  }
  assert {
    condition     = alltrue([for record in aws_route53_record.api : record.zone_id == "Z123"])
    error_message = "Records go there."
  }
}

run "n14_hosts_tell_environments_apart" {
  command = plan

  assert {
    condition = alltrue([
      for key, rule in aws_lb_listener_rule.this :
      one(flatten([for condition in rule.condition : [for host in condition.host_header : tolist(host.values)]])) == local.hosts[split("/", key)[0]]
    ])
    error_message = "Every rule is for one environment's host."
  }
  assert {
    condition = alltrue([
      for environment in ["dev", "prod"] : toset(flatten([
        for key, rule in aws_lb_listener_rule.this : [
          for condition in rule.condition : [for path in condition.path_pattern : tolist(path.values)]
        ] if startswith(key, "${environment}/")
      ])) == toset(flatten([for service in var.services : [for prefix in service.path_prefixes : [prefix, "${prefix}/*"]]]))
    ])
    error_message = "Every prefix leads somewhere in both environments, itself and all below it."
  }
  assert {
    condition     = length(distinct([for rule in aws_lb_listener_rule.this : rule.priority])) == length(aws_lb_listener_rule.this)
    error_message = "No two rules share a priority."
  }
  assert {
    condition = alltrue([
      for rule in aws_lb_listener_rule.this : length(flatten([
        for condition in rule.condition : concat(
          flatten([for host in condition.host_header : tolist(host.values)]),
          flatten([for path in condition.path_pattern : tolist(path.values)]),
        )
      ])) <= 5
    ])
    error_message = "A rule of a load balancer holds five values at most."
  }
  assert {
    condition     = one(one(aws_lb_listener.https.default_action).fixed_response).status_code == "404"
    error_message = "What no rule names is nowhere."
  }
}

run "n14_dev_is_for_its_networks" {
  command = plan

  assert {
    condition     = keys(aws_wafv2_ip_set.allowed) == ["dev"] && aws_wafv2_ip_set.allowed["dev"].addresses == toset(["203.0.113.0/24"])
    error_message = "A set for the closed environment, none for the open one."
  }
  assert {
    condition     = local.access_rules[0].Action == { Block = {} } && local.access_rules[0].Priority == 0
    error_message = "Others are turned away first, and although the firewall only counts."
  }
  assert {
    condition     = local.access_rules[0].Statement.AndStatement.Statements[0].RegexMatchStatement.RegexString == "^api-dev\\.pingvas\\.example\\.com"
    error_message = "It looks at dev's host."
  }
}

run "n14_nobody_until_networks_are_named" {
  command = plan

  variables {
    environments = {
      dev  = { api_host = "api-dev", allowed_cidrs = [], node_security_group_id = "sg-dev" }
      prod = { api_host = "api", allowed_cidrs = ["198.51.100.0/24"], node_security_group_id = "sg-prod" }
    }
  }

  assert {
    condition     = length(aws_wafv2_ip_set.allowed["dev"].addresses) == 0
    error_message = "An empty set lets nobody in."
  }
  assert {
    condition     = toset(keys(aws_vpc_security_group_ingress_rule.client)) == toset(["443/198.51.100.0/24", "80/198.51.100.0/24"])
    error_message = "The security group is as narrow as all environments together."
  }
}

run "n7_tls_1_3_in_front" {
  command = plan

  assert {
    condition     = aws_lb_listener.https.ssl_policy == "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"
    error_message = "TLS 1.3 alone."
  }
  assert {
    condition     = one(one(aws_lb_listener.http[0].default_action).redirect).status_code == "HTTP_301"
    error_message = "Port 80 only leads to 443."
  }
  assert {
    condition     = aws_lb_listener.https.routing_http_response_strict_transport_security_header_value == "max-age=31536000"
    error_message = "Browsers remember it."
  }
  assert {
    condition     = length(aws_acm_certificate.this) == 2 && keys(aws_lb_listener_certificate.this) == ["dev"]
    error_message = "A certificate per environment."
  }
}

run "n7_refuses_an_old_tls_policy" {
  command = plan

  variables {
    tls_policy = "ELBSecurityPolicy-2016-08"
  }

  expect_failures = [var.tls_policy]
}

run "n7_port_80_closed" {
  command = plan

  variables {
    redirect_http = false
  }

  assert {
    condition     = length(aws_lb_listener.http) == 0 && keys(aws_vpc_security_group_ingress_rule.client) == ["443/0.0.0.0/0"]
    error_message = "Without the redirect nothing listens on 80."
  }
}

run "n10_inventory_52_managed_groups_count_first" {
  command = plan

  assert {
    condition = toset([for rule in local.managed_rules : rule.Statement.ManagedRuleGroupStatement.Name]) == toset([
      "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet", "AWSManagedRulesAmazonIpReputationList",
    ])
    error_message = "SQL injection is a group of its own, beside the common one."
  }
  assert {
    condition     = alltrue([for rule in local.managed_rules : jsonencode(rule.OverrideAction) == jsonencode({ Count = {} })])
    error_message = "They count until `enforce`."
  }
  assert {
    condition     = length(distinct(local.firewall_rules[*].Priority)) == length(local.firewall_rules)
    error_message = "No two rules share a priority."
  }
}

run "n10_inventory_52_enforced" {
  command = plan

  variables {
    firewall = {
      enforce       = true
      managed_rules = ["common", "known_bad_inputs", "sql_injection", "ip_reputation", "anonymous_ip", "bot_control"]
      upload_paths  = ["/v1/uploads"]
    }
  }

  assert {
    condition     = alltrue([for rule in local.managed_rules : jsonencode(rule.OverrideAction) == jsonencode({ None = {} })])
    error_message = "Groups act as they are."
  }
  assert {
    condition     = local.rate_rules[0].Action.Block.CustomResponse.ResponseCode == 429
    error_message = "Too many requests are answered so."
  }
}

run "inventory_52_rate_per_address" {
  command = plan

  assert {
    condition = local.rate_rules[0].Statement.RateBasedStatement == {
      Limit = 2000, EvaluationWindowSec = 300, AggregateKeyType = "IP"
    }
    error_message = "2000 requests in five minutes."
  }
}

run "n10_long_bodies_pass_on_upload_paths" {
  command = plan

  assert {
    condition = anytrue([
      for rule in local.managed_rules : contains(
        [for override in try(rule.Statement.ManagedRuleGroupStatement.RuleActionOverrides, []) : override.Name], "SizeRestrictions_BODY"
      )
    ])
    error_message = "The size rule only labels."
  }
  assert {
    condition     = local.body_rules[0].Statement.AndStatement.Statements[1].NotStatement.Statement.RegexMatchStatement.RegexString == "^(/v1/uploads|/v1/installs)(/|$)"
    error_message = "Elsewhere the label is refused."
  }
  assert {
    condition     = local.body_rules[0].Priority > max(local.managed_rules[*].Priority...)
    error_message = "Labels are there only for later rules."
  }
}

run "inventory_53_what_the_owner_names_is_turned_away" {
  command = plan

  variables {
    firewall = {
      blocked_countries   = ["KP"]
      blocked_user_agents = ["BadBot/1.0", "scraper"]
      admin_paths         = ["/Admin", "/v1/*/internal"]
    }
  }

  assert {
    condition     = local.country_rules[0].Statement.GeoMatchStatement.CountryCodes == tolist(["KP"]) && local.country_rules[0].Action == { Block = {} }
    error_message = "Countries."
  }
  assert {
    condition     = local.agent_rules[0].Statement.RegexMatchStatement.RegexString == "badbot\\/1\\.0|scraper"
    error_message = "User agents, by their text."
  }
  assert {
    condition     = local.admin_rules[0].Statement.RegexMatchStatement.RegexString == "^(/admin|/v1/.*/internal)(/|$)"
    error_message = "Administration."
  }
  assert {
    condition     = local.admin_rules[0].Statement.RegexMatchStatement.TextTransformations[*].Type == ["URL_DECODE", "NORMALIZE_PATH", "LOWERCASE"]
    error_message = "However the path is written."
  }
}

run "inventory_53_empty_lists_make_no_rule" {
  command = plan

  variables {
    firewall = { admin_paths = [] }
  }

  assert {
    condition     = length(concat(local.country_rules, local.agent_rules, local.admin_rules)) == 0
    error_message = "An empty pattern would match everything."
  }
  assert {
    condition     = local.not_upload.NotStatement.Statement.RegexMatchStatement.RegexString == "^(-)(/|$)"
    error_message = "Without upload paths the size rule holds everywhere."
  }
}

run "d11_firewall_records_have_an_end" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.firewall.name == "aws-waf-logs-pingvas-edge" && aws_cloudwatch_log_group.firewall.retention_in_days == 30
    error_message = "WAF writes to groups of this prefix; records leave after 30 days."
  }
  assert {
    condition = toset(flatten([
      for field in aws_wafv2_web_acl_logging_configuration.this.redacted_fields : field.single_header[*].name
    ])) == toset(["authorization", "cookie", "x-api-key"])
    error_message = "Nothing that signs people in is kept."
  }
}

run "the_load_balancer_is_protected_and_logs" {
  command = plan

  assert {
    condition     = aws_lb.this.enable_deletion_protection && aws_lb.this.drop_invalid_header_fields && !aws_lb.this.enable_waf_fail_open
    error_message = "It is not deleted by mistake, and a firewall that is away closes it."
  }
  assert {
    condition     = one(aws_lb.this.access_logs).bucket == var.logs_bucket && one(aws_lb.this.access_logs).prefix == "alb"
    error_message = "Requests are logged to the bucket."
  }
}

run "access_logs_off" {
  command = plan

  variables {
    access_logs = false
    logs_bucket = null
  }

  assert {
    condition     = length(aws_lb.this.access_logs) == 0
    error_message = "No log and no bucket."
  }
}

run "refuses_access_logs_without_a_bucket" {
  command = plan

  variables {
    logs_bucket = null
  }

  expect_failures = [var.logs_bucket]
}

run "destroy_works_without_protection" {
  command = plan

  variables {
    deletion_protection = false
  }

  assert {
    condition     = !aws_lb.this.enable_deletion_protection && aws_route53_zone.this[0].force_destroy
    error_message = "Both go."
  }
}

run "inventory_96_plain_records_in_one_region" {
  command = plan

  assert {
    condition     = length(aws_route53_health_check.this) == 0 && aws_route53_record.api["prod"].set_identifier == null
    error_message = "No failover with one region."
  }
}

run "inventory_96_failover_records" {
  command = apply

  variables {
    failover       = "SECONDARY"
    hosted_zone_id = "Z123"
  }

  assert {
    condition     = one(aws_route53_record.api["prod"].failover_routing_policy).type == "SECONDARY" && aws_route53_record.api["prod"].set_identifier == "secondary"
    error_message = "The record is the passive one."
  }
  assert {
    condition     = length(aws_route53_record.certificate) == 0 && length(aws_acm_certificate.this) == 2
    error_message = "Its certificates use the first region's records."
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.unserved["prod"].metric_query) == 6 && aws_cloudwatch_metric_alarm.unserved["prod"].treat_missing_data == "breaching"
    error_message = "Each environment's own five services decide about it."
  }
  assert {
    condition     = aws_route53_health_check.this["prod"].type == "CLOUDWATCH_METRIC" && aws_route53_health_check.this["prod"].cloudwatch_alarm_name == "pingvas-prod-unserved"
    error_message = "Route 53 follows the alarm."
  }
}

run "long_names_are_cut" {
  command = plan

  variables {
    name = "abcdefghijklmnopqrst"
  }

  assert {
    condition     = alltrue([for group in aws_lb_target_group.this : length(group.name) <= 32])
    error_message = "A target group's name has 32 characters at most."
  }
  assert {
    condition     = length(distinct([for group in aws_lb_target_group.this : group.name])) == 10
    error_message = "They stay apart."
  }
}

run "p13_refuses_no_domain" {
  command = plan

  variables {
    domain = "localhost"
  }

  expect_failures = [var.domain]
}

run "n14_refuses_a_host_twice" {
  command = plan

  variables {
    environments = {
      dev  = { api_host = "api", allowed_cidrs = [], node_security_group_id = "sg-dev" }
      prod = { api_host = "api", allowed_cidrs = [], node_security_group_id = "sg-prod" }
    }
  }

  expect_failures = [var.environments]
}

run "n14_refuses_a_network_that_is_none" {
  command = plan

  variables {
    environments = {
      prod = { api_host = "api", allowed_cidrs = ["203.0.113.7"], node_security_group_id = "sg-prod" }
    }
  }

  expect_failures = [var.environments]
}

run "n4_refuses_a_prefix_of_two_services" {
  command = plan

  variables {
    services = {
      user    = { port = 8001, path_prefixes = ["/v1/users"] }
      gallery = { port = 8004, path_prefixes = ["/v1/users"] }
    }
  }

  expect_failures = [var.services]
}

run "refuses_a_prefix_with_a_wildcard" {
  command = plan

  variables {
    services = { user = { port = 8001, path_prefixes = ["/v1/*"] } }
  }

  expect_failures = [var.services]
}

run "n10_refuses_an_unknown_group" {
  command = plan

  variables {
    firewall = { managed_rules = ["xss"] }
  }

  expect_failures = [var.firewall]
}

run "inventory_52_refuses_a_window_that_waf_refuses" {
  command = plan

  variables {
    firewall = { rate_window_seconds = 30 }
  }

  expect_failures = [var.firewall]
}

run "inventory_53_refuses_an_empty_user_agent" {
  command = plan

  variables {
    firewall = { blocked_user_agents = [""] }
  }

  expect_failures = [var.firewall]
}

run "inventory_96_refuses_an_unknown_failover" {
  command = plan

  variables {
    failover = "BOTH"
  }

  expect_failures = [var.failover]
}

run "inventory_96_refuses_a_second_region_without_a_zone" {
  command = plan

  variables {
    failover = "SECONDARY"
  }

  expect_failures = [var.failover]
}
