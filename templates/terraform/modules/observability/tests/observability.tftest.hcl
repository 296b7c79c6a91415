mock_provider "aws" {
  override_during = plan

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:pingvas-alerts" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:made" }
  }
}

variables {
  name         = "pingvas"
  environments = ["dev", "prod"]
  key_arns = {
    dev    = "arn:aws:kms:us-east-1:123456789012:key/dev"
    prod   = "arn:aws:kms:us-east-1:123456789012:key/prod"
    shared = "arn:aws:kms:us-east-1:123456789012:key/shared"
  }
  log_retention_days = 30
  owner_email        = "owner@example.com"
  databases          = { shared = { identifier = "pingvas-shared-aurora", always_on = true } }
  caches = {
    dev  = { replication_group_id = "pingvas-dev-cache", nodes = 1 }
    prod = { replication_group_id = "pingvas-prod-cache", nodes = 3 }
  }
  load_balancer_arn_suffix = "app/pingvas/1"
  target_groups            = { "dev/user" = "targetgroup/pingvas-dev-user/1", "prod/user" = "targetgroup/pingvas-prod-user/2" }
  certificate_arns         = { api = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
  nat_gateway_ids          = { use1-az1 = "nat-1" }
  interruption_queues      = { karpenter = "pingvas-shared-eks-interruptions" }
  monthly_budget_usd       = 1500
}

run "d11_n3_inventory_59_logs_end" {
  command = plan

  assert {
    condition     = [for group in aws_cloudwatch_log_group.this : group.name] == ["/pingvas/dev/services", "/pingvas/dev/worker", "/pingvas/platform", "/pingvas/prod/services", "/pingvas/prod/worker"]
    error_message = "A group per environment and program."
  }
  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.this : group.retention_in_days == 30])
    error_message = "No log is kept for ever."
  }
  assert {
    condition = alltrue([
      for key, group in aws_cloudwatch_log_group.this : endswith(group.kms_key_id, key == "platform" ? "/shared" : "/${split("/", key)[0]}")
    ])
    error_message = "An environment's logs have the environment's key (correction N3)."
  }
}

run "d11_refuses_a_retention_cloudwatch_does_not_know" {
  command = plan
  variables {
    log_retention_days = 10
  }
  expect_failures = [var.log_retention_days]
}

run "m5_every_alarm_tells_somebody" {
  command = plan

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.server_errors)) :
      alarm.alarm_actions == toset([aws_sns_topic.alerts.arn]) && alarm.ok_actions == toset([aws_sns_topic.alerts.arn])
    ])
    error_message = "Alarm and all-clear go to the topic."
  }
  assert {
    condition     = aws_sns_topic_subscription.owner[0].endpoint == "owner@example.com" && aws_sns_topic.alerts.kms_master_key_id == var.key_arns["shared"]
    error_message = "The owner is subscribed to an encrypted topic."
  }
  assert {
    condition = keys(aws_cloudwatch_metric_alarm.this) == [
      "certificate/api",
      "dev/cache-1-cpu", "dev/cache-1-memory", "dev/user-down", "dev/user-unhealthy",
      "edge/unanswered", "nat/use1-az1",
      "notices/aws-health-undelivered", "notices/backup-failed-undelivered", "notices/database-failover-undelivered", "notices/karpenter",
      "prod/cache-1-cpu", "prod/cache-1-memory", "prod/cache-2-cpu", "prod/cache-2-memory", "prod/cache-3-cpu", "prod/cache-3-memory",
      "prod/user-down", "prod/user-unhealthy",
      "shared/database-capacity", "shared/database-connections", "shared/database-cpu",
    ]
    error_message = "What must be heard when the cluster is down."
  }
}

run "m5_only_services_that_need_it_publish" {
  command = plan

  assert {
    condition = toset(flatten([
      for statement in data.aws_iam_policy_document.alerts.statement : [for principal in statement.principals : tolist(principal.identifiers)] if statement.effect != "Deny"
    ])) == toset(["cloudwatch.amazonaws.com", "budgets.amazonaws.com", "events.amazonaws.com"])
    error_message = "Nobody else sends alerts."
  }
  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.alerts.statement : length(statement.condition) == 0
      if contains(flatten([for principal in statement.principals : tolist(principal.identifiers)]), "events.amazonaws.com")
    ])
    error_message = "With a condition SNS drops EventBridge's notices."
  }
  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.alerts.statement : anytrue([for condition in statement.condition : condition.variable == "aws:SourceAccount"])
      if length(setintersection(flatten([for principal in statement.principals : tolist(principal.identifiers)]), ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"])) > 0
    ])
    error_message = "Alarms and budgets of this account."
  }
}

run "inventory_64_m5_database_alarm_has_its_cluster" {
  command = plan

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.this["shared/database-cpu"].dimensions == tomap({ DBClusterIdentifier = "pingvas-shared-aurora", Role = "WRITER" }) &&
      aws_cloudwatch_metric_alarm.this["shared/database-cpu"].threshold == 90 &&
      aws_cloudwatch_metric_alarm.this["shared/database-cpu"].period * aws_cloudwatch_metric_alarm.this["shared/database-cpu"].evaluation_periods == 300
    )
    error_message = "Above 90 % for 5 minutes, of this cluster's writer."
  }
  assert {
    condition     = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this : length(alarm.dimensions) > 0])
    error_message = "No alarm fires for a thing that is not ours."
  }
}

run "m5_silence_of_what_always_reports_is_an_alarm" {
  command = plan

  assert {
    condition = alltrue([
      for key in ["shared/database-cpu", "prod/user-down", "prod/cache-1-memory"] : aws_cloudwatch_metric_alarm.this[key].treat_missing_data == "breaching"
    ])
    error_message = "Nothing is heard of what is down."
  }
  assert {
    condition = alltrue([
      for key in ["dev/user-down", "dev/cache-1-memory"] : aws_cloudwatch_metric_alarm.this[key].treat_missing_data == "notBreaching"
    ])
    error_message = "dev may be away."
  }
}

run "d4_a_database_that_pauses_may_be_silent" {
  command = plan
  variables {
    databases = { dev = { identifier = "pingvas-dev-aurora", always_on = false } }
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["dev/database-cpu"].treat_missing_data == "notBreaching"
    error_message = "A paused cluster reports no CPU."
  }
}

run "inventory_65_m1_share_of_errors" {
  command = plan

  assert {
    condition = one([
      for query in aws_cloudwatch_metric_alarm.server_errors["prod/user"].metric_query : query.expression if query.id == "share"
    ]) == "IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)"
    error_message = "A share in percent, not a rate."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.server_errors["prod/user"].threshold == 5
    error_message = "5 %."
  }
  assert {
    condition = alltrue([
      for query in aws_cloudwatch_metric_alarm.server_errors["prod/user"].metric_query :
      query.metric[0].period == 180 && query.metric[0].dimensions["TargetGroup"] == "targetgroup/pingvas-prod-user/2" if query.id != "share"
    ])
    error_message = "Within 3 minutes, of this service."
  }
}

run "d5_every_cache_node_is_watched" {
  command = plan

  assert {
    condition     = [for number in [1, 2, 3] : aws_cloudwatch_metric_alarm.this["prod/cache-${number}-memory"].dimensions["CacheClusterId"]] == ["pingvas-prod-cache-001", "pingvas-prod-cache-002", "pingvas-prod-cache-003"]
    error_message = "After a failover another node is the primary."
  }
}

run "inventory_90_to_92_m5_d7_failed_backups" {
  command = plan

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["backup-failed"].event_pattern)["detail-type"] == ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"]
    error_message = "Backups, copies and restores."
  }
  assert {
    condition     = [for each in jsondecode(aws_cloudwatch_event_rule.this["backup-failed"].event_pattern).detail["$or"] : keys(each)[0]] == ["state", "status"]
    error_message = "Restores say status where backups say state."
  }
  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["database-failover"].event_pattern).detail.SourceIdentifier == ["pingvas-shared-aurora"]
    error_message = "Failovers of our clusters."
  }
  assert {
    condition     = alltrue([for target in aws_cloudwatch_event_target.this : target.arn == aws_sns_topic.alerts.arn])
    error_message = "Each event reaches the topic."
  }
}

run "inventory_98_budget" {
  command = plan

  assert {
    condition     = aws_budgets_budget.month[0].limit_amount == "1500.00" && aws_budgets_budget.month[0].time_unit == "MONTHLY"
    error_message = "1500 US dollars a month."
  }
  assert {
    condition = toset([for notice in aws_budgets_budget.month[0].notification : "${notice.notification_type} ${notice.threshold}"]) == toset([
      "ACTUAL 80", "ACTUAL 100", "FORECASTED 100",
    ])
    error_message = "At 80 and 100 % spent, and when the forecast passes all."
  }
  assert {
    condition     = alltrue([for notice in aws_budgets_budget.month[0].notification : notice.subscriber_email_addresses == toset(["owner@example.com"])])
    error_message = "To the owner's mailbox."
  }
}

run "p13_without_an_owner_the_topic_is_told" {
  command = plan
  variables {
    owner_email = null
  }
  assert {
    condition     = length(aws_sns_topic_subscription.owner) == 0
    error_message = "Nobody is subscribed."
  }
  assert {
    condition     = alltrue([for notice in aws_budgets_budget.month[0].notification : notice.subscriber_sns_topic_arns == toset([aws_sns_topic.alerts.arn])])
    error_message = "AWS takes no notice without a subscriber."
  }
}

run "inventory_96_second_region_has_no_second_budget" {
  command = plan
  variables {
    monthly_budget_usd = null
    databases          = {}
    caches             = {}
    target_groups      = {}
  }
  assert {
    condition     = length(aws_budgets_budget.month) == 0
    error_message = "A budget counts the whole account."
  }
  assert {
    condition     = !contains(keys(aws_cloudwatch_metric_alarm.this), "edge/unanswered") && !contains(keys(aws_cloudwatch_event_rule.this), "database-failover")
    error_message = "No alarm for what is not there."
  }
}

run "refuses_more_notices_than_aws_takes" {
  command = plan
  variables {
    alert_at_percent = [20, 40, 60, 80, 100]
  }
  expect_failures = [var.alert_at_percent]
}

run "refuses_a_share_twice" {
  command = plan
  variables {
    alert_at_percent = [80, 80]
  }
  expect_failures = [var.alert_at_percent]
}

run "refuses_an_environment_without_a_key" {
  command = plan
  variables {
    key_arns = { dev = "arn:aws:kms:us-east-1:123456789012:key/dev", shared = "arn:aws:kms:us-east-1:123456789012:key/shared" }
  }
  expect_failures = [var.key_arns]
}

run "refuses_a_share_above_all" {
  command = plan
  variables {
    thresholds = { cache_memory_percent = 120 }
  }
  expect_failures = [var.thresholds]
}
