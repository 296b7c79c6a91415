mock_provider "aws" {}

variables {
  name                      = "pingvas"
  environment               = "prod"
  vpc_id                    = "vpc-1"
  subnet_ids                = ["subnet-a", "subnet-b", "subnet-c"]
  zone_names                = ["us-east-1a", "us-east-1b", "us-east-1c"]
  allowed_security_group_id = "sg-prod"
  key_arn                   = "arn:aws:kms:us-east-1:123456789012:key/prod"
  node_type                 = "cache.r6g.large"
  nodes                     = 3
  snapshot_retention_days   = 7
}

run "inventory_14_n3_n4_only_the_environments_nodes_reach_the_port" {
  command = plan

  assert {
    condition     = aws_vpc_security_group_ingress_rule.valkey.referenced_security_group_id == "sg-prod" && aws_vpc_security_group_ingress_rule.valkey.from_port == 6379 && aws_vpc_security_group_ingress_rule.valkey.to_port == 6379
    error_message = "Others than the environment's nodes may connect."
  }
}

run "inventory_36_dev_is_one_node_without_a_backup" {
  command = plan
  variables {
    environment             = "dev"
    node_type               = "cache.t4g.medium"
    nodes                   = 1
    snapshot_retention_days = 0
  }

  assert {
    condition     = aws_elasticache_replication_group.this.num_cache_clusters == 1 && aws_elasticache_replication_group.this.node_type == "cache.t4g.medium" && !aws_elasticache_replication_group.this.automatic_failover_enabled && !aws_elasticache_replication_group.this.multi_az_enabled
    error_message = "Dev is not one node."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.snapshot_retention_limit == 0
    error_message = "Dev keeps snapshots, whose loss was accepted."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.preferred_cache_cluster_azs == tolist(["us-east-1a"]) && aws_elasticache_replication_group.this.tags.Environment == "dev"
    error_message = "Dev's node is not in the first zone."
  }
}

run "inventory_37_d5_prod_fails_over_between_three_zones" {
  command = plan

  assert {
    condition     = aws_elasticache_replication_group.this.engine == "valkey" && aws_elasticache_replication_group.this.engine_version == "8.1" && aws_elasticache_replication_group.this.num_cache_clusters == 3
    error_message = "Prod is not three nodes of Valkey."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.automatic_failover_enabled && aws_elasticache_replication_group.this.multi_az_enabled && aws_elasticache_replication_group.this.preferred_cache_cluster_azs == tolist(["us-east-1a", "us-east-1b", "us-east-1c"])
    error_message = "Prod doesn't fail over between zones."
  }

  assert {
    condition     = output.node_ids == ["pingvas-prod-cache-001", "pingvas-prod-cache-002", "pingvas-prod-cache-003"]
    error_message = "Alarms would watch other nodes."
  }
}

run "inventory_91_daily_snapshots_for_seven_days" {
  command = plan

  assert {
    condition     = aws_elasticache_replication_group.this.snapshot_retention_limit == 7 && aws_elasticache_replication_group.this.snapshot_window == "16:00-17:00"
    error_message = "Snapshots are kept for another time."
  }
}

run "n7_n8_transit_encryption_is_required_and_users_sign_in" {
  command = plan

  assert {
    condition     = aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.transit_encryption_mode == "required"
    error_message = "A connection without TLS is taken."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.auth_token == null && aws_elasticache_replication_group.this.user_group_ids == toset(["pingvas-prod-cache"])
    error_message = "Users don't sign in by name."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.at_rest_encryption_enabled == "true" && aws_elasticache_replication_group.this.kms_key_id == var.key_arn
    error_message = "Data at rest is not under the environment's key."
  }
}

run "n8_dev_has_tls_and_users_too" {
  command = plan
  variables {
    environment = "dev"
    nodes       = 1
  }

  assert {
    condition     = aws_elasticache_replication_group.this.transit_encryption_mode == "required" && aws_elasticache_replication_group.this.user_group_ids == toset(["pingvas-dev-cache"])
    error_message = "Dev is open."
  }
}

run "n8_users_are_made_disabled_and_no_password_is_known" {
  command = plan

  assert {
    condition = alltrue([
      for user in concat([aws_elasticache_user.default], values(aws_elasticache_user.this)) :
      user.access_string == "off -@all" && user.passwords == null && user.passwords_wo == null
    ])
    error_message = "A user is enabled, or Terraform knows its password."
  }

  assert {
    condition     = aws_elasticache_user.default.user_name == "default" && aws_elasticache_user_group.this.user_ids == toset(["pingvas-prod-default", "pingvas-prod-exporter", "pingvas-prod-services", "pingvas-prod-worker"])
    error_message = "The group lacks a user, or the disabled default."
  }

  assert {
    condition     = output.user_ids == { exporter = "pingvas-prod-exporter", services = "pingvas-prod-services", worker = "pingvas-prod-worker" }
    error_message = "The bootstrap would give passwords to other users."
  }
}

run "n3_rights_end_at_the_environments_keys" {
  command = plan

  assert {
    condition     = alltrue([for rights in output.access_strings : strcontains(rights, " ~{pingvas:prod}") && !strcontains(rights, "~*") && !strcontains(rights, "{pingvas:dev}")])
    error_message = "A user reaches keys of the other environment."
  }

  assert {
    condition     = alltrue([for rights in output.access_strings : strcontains(rights, " -@all ") && strcontains(rights, " -@admin -@dangerous") && strcontains(rights, " resetchannels ") && !strcontains(rights, "+@all")])
    error_message = "A user administers the server, or listens to all channels."
  }

  assert {
    condition     = !strcontains(output.access_strings.exporter, "+@read") && !strcontains(output.access_strings.exporter, "{pingvas:prod}*") && !strcontains(output.access_strings.worker, "+info")
    error_message = "A user may do more than its program does."
  }
}

run "d6_a_full_store_refuses" {
  command = plan

  assert {
    condition     = [for one in aws_elasticache_parameter_group.this.parameter : [one.name, one.value]] == [["maxmemory-policy", "noeviction"]] && aws_elasticache_parameter_group.this.family == "valkey8"
    error_message = "A full store forgets jobs."
  }
}

run "d6_refuses_eviction" {
  command = plan
  variables {
    maxmemory_policy = "volatile-lru"
  }
  expect_failures = [var.maxmemory_policy]
}

run "d11_both_logs_are_kept_for_a_stated_time" {
  command = plan

  assert {
    condition     = { for name, group in aws_cloudwatch_log_group.this : group.name => group.retention_in_days } == { "/aws/vendedlogs/elasticache/pingvas-prod/engine-log" = 30, "/aws/vendedlogs/elasticache/pingvas-prod/slow-log" = 30 }
    error_message = "A log is kept for another time."
  }

  assert {
    condition     = { for one in aws_elasticache_replication_group.this.log_delivery_configuration : one.log_type => one.log_format } == { engine-log = "json", slow-log = "json" }
    error_message = "A log is not delivered."
  }
}

run "d10_is_not_part_of_a_global_datastore" {
  command = plan

  assert {
    condition     = strcontains(aws_elasticache_replication_group.this.description, "rebuilt from the database")
    error_message = "The group doesn't say why it isn't replicated."
  }
}

run "refuses_a_user_without_known_rights" {
  command = plan
  variables {
    users = ["services", "root"]
  }
  expect_failures = [var.users]
}

run "d5_refuses_another_version" {
  command = plan
  variables {
    engine_version = "7.1"
  }
  expect_failures = [var.engine_version]
}

run "refuses_seven_nodes" {
  command = plan
  variables {
    nodes = 7
  }
  expect_failures = [var.nodes]
}

run "d5_clients_are_told_the_endpoints_that_survive_a_failover" {
  command = plan

  override_resource {
    target          = aws_elasticache_replication_group.this
    override_during = plan
    values = {
      primary_endpoint_address = "primary.example"
      reader_endpoint_address  = "replicas.example"
    }
  }

  assert {
    condition     = output.primary_endpoint == "primary.example" && output.reader_endpoint == "replicas.example" && output.port == 6379
    error_message = "An endpoint leads elsewhere."
  }
}
