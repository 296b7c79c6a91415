mock_provider "aws" {}

override_resource {
  target          = terraform_data.final_snapshot
  override_during = plan
  values          = { id = "0a1b2c3d-0000-0000-0000-000000000000" }
}

variables {
  name                       = "pingvas-shared-aurora"
  vpc_id                     = "vpc-1"
  subnet_ids                 = ["subnet-a", "subnet-b", "subnet-c"]
  zone_names                 = ["us-east-1a", "us-east-1b", "us-east-1c"]
  allowed_security_group_ids = { dev = "sg-dev", prod = "sg-prod" }
  key_arn                    = "arn:aws:kms:us-east-1:123456789012:key/shared"
}

run "inventory_13_n3_n4_only_named_groups_reach_the_port_and_nothing_leaves" {
  command = plan

  assert {
    condition = {
      for name, rule in aws_vpc_security_group_ingress_rule.postgresql :
      name => [rule.referenced_security_group_id, rule.from_port, rule.to_port, rule.ip_protocol]
      } == {
      dev  = ["sg-dev", 5432, 5432, "tcp"]
      prod = ["sg-prod", 5432, 5432, "tcp"]
    }
    error_message = "The port is open to other groups than those named."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.postgresql : rule.cidr_ipv4 == null])
    error_message = "An address range may connect."
  }

  assert {
    condition     = alltrue([for instance in aws_rds_cluster_instance.this : instance.publicly_accessible == false])
    error_message = "An instance has a public address."
  }
}

run "inventory_29_serverless_writer_and_reader_in_two_zones" {
  command = plan

  assert {
    condition     = aws_rds_cluster.this.cluster_identifier == "pingvas-shared-aurora" && aws_rds_cluster.this.engine == "aurora-postgresql"
    error_message = "Not the cluster that was asked for."
  }

  assert {
    condition     = aws_rds_cluster.this.serverlessv2_scaling_configuration[0].min_capacity == 0.5 && aws_rds_cluster.this.serverlessv2_scaling_configuration[0].max_capacity == 4
    error_message = "The capacity is not 0.5 to 4 ACU."
  }

  assert {
    condition     = [for instance in aws_rds_cluster_instance.this : [instance.identifier, instance.instance_class, instance.availability_zone]] == [["pingvas-shared-aurora-1", "db.serverless", "us-east-1a"], ["pingvas-shared-aurora-2", "db.serverless", "us-east-1b"]]
    error_message = "The instances are not two serverless ones in the first two zones."
  }
}

run "inventory_30_names_the_database" {
  command = plan

  assert {
    condition     = aws_rds_cluster.this.database_name == "pingvas"
    error_message = "The database has another name."
  }
}

run "inventory_32_90_backups_reach_back_seven_days" {
  command = plan

  assert {
    condition     = aws_rds_cluster.this.backup_retention_period == 7 && aws_rds_cluster.this.preferred_backup_window == "17:00-18:00"
    error_message = "Backups are kept for another time."
  }

  assert {
    condition     = aws_rds_cluster.this.final_snapshot_identifier == "pingvas-shared-aurora-final-0a1b2c3d" && !aws_rds_cluster.this.skip_final_snapshot && !aws_rds_cluster.this.delete_automated_backups
    error_message = "A deletion leaves no snapshot."
  }
}

run "inventory_57_master_password_is_managed_and_rotates" {
  command = plan

  assert {
    condition     = aws_rds_cluster.this.manage_master_user_password && aws_rds_cluster.this.master_password == null && aws_rds_cluster.this.master_password_wo == null
    error_message = "Terraform knows a password."
  }

  assert {
    condition     = aws_secretsmanager_secret_rotation.master[0].rotation_rules[0].automatically_after_days == 30
    error_message = "The master password doesn't rotate every 30 days."
  }

  assert {
    condition     = aws_rds_cluster.this.storage_encrypted && aws_rds_cluster.this.kms_key_id == var.key_arn && aws_rds_cluster.this.master_user_secret_kms_key_id == var.key_arn
    error_message = "Storage or secret are under another key."
  }
}

run "n7_tls_is_forced_from_1_3_on" {
  command = plan

  assert {
    condition     = { for one in aws_rds_cluster_parameter_group.this.parameter : one.name => one.value if strcontains(one.name, "ssl") } == { "rds.force_ssl" = "1", "ssl_min_protocol_version" = "TLSv1.3" }
    error_message = "TLS is not forced from 1.3 on."
  }
}

run "n7_refuses_old_tls" {
  command = plan
  variables {
    minimum_tls = "TLSv1.1"
  }
  expect_failures = [var.minimum_tls]
}

run "d1_long_term_version_that_stays" {
  command = plan

  assert {
    condition     = aws_rds_cluster.this.engine_version == "17.7" && aws_rds_cluster_parameter_group.this.family == "aurora-postgresql17"
    error_message = "Not the long-term version."
  }

  assert {
    condition     = alltrue([for instance in aws_rds_cluster_instance.this : instance.auto_minor_version_upgrade == false])
    error_message = "Minor upgrades would leave the long-term version."
  }

  assert {
    condition     = aws_rds_cluster.this.engine_lifecycle_support == "open-source-rds-extended-support-disabled"
    error_message = "Extended support would be billed."
  }
}

run "d1_refuses_15_4" {
  command = plan
  variables {
    engine_version = "15.4"
  }
  expect_failures = [var.engine_version]
}

run "d2_reader_scales_with_the_writer" {
  command = plan
  variables {
    readers = 2
  }

  assert {
    condition     = [for instance in aws_rds_cluster_instance.this : instance.promotion_tier] == [0, 1, 1]
    error_message = "A reader would scale alone."
  }
}

run "d2_refuses_a_lower_tier" {
  command = plan
  variables {
    reader_promotion_tier = 2
  }
  expect_failures = [var.reader_promotion_tier]
}

run "d3_dev_cluster_pauses_at_zero" {
  command = plan
  variables {
    name                       = "pingvas-dev-aurora"
    environment                = "dev"
    min_acu                    = 0
    max_acu                    = 2
    pause_after_seconds        = 1800
    readers                    = 0
    allowed_security_group_ids = { dev = "sg-dev" }
  }

  assert {
    condition     = aws_rds_cluster.this.serverlessv2_scaling_configuration[0].min_capacity == 0 && aws_rds_cluster.this.serverlessv2_scaling_configuration[0].seconds_until_auto_pause == 1800
    error_message = "The cluster doesn't pause."
  }

  assert {
    condition     = aws_rds_cluster.this.tags.Environment == "dev" && length(aws_rds_cluster_instance.this) == 1
    error_message = "The cluster is not dev's alone."
  }
}

run "d3_refuses_zero_without_a_pause" {
  command = plan
  variables {
    min_acu = 0
  }
  expect_failures = [var.min_acu]
}

run "d4_nothing_holds_capacity_up" {
  command = plan

  assert {
    condition     = alltrue([for instance in aws_rds_cluster_instance.this : instance.performance_insights_enabled == false && instance.monitoring_interval == 0])
    error_message = "Monitoring holds capacity up."
  }
}

run "d4_io_optimized_when_asked" {
  command = plan
  variables {
    io_optimized         = true
    performance_insights = true
  }

  assert {
    condition     = aws_rds_cluster.this.storage_type == "aurora-iopt1" && aws_rds_cluster_instance.this["1"].performance_insights_kms_key_id == var.key_arn
    error_message = "Storage or insights are not what was asked for."
  }
}

run "d4_refuses_bounds_the_wrong_way_round" {
  command = plan
  variables {
    min_acu = 8
  }
  expect_failures = [var.max_acu]
}

run "d11_the_log_is_kept_for_a_stated_time" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.postgresql.name == "/aws/rds/cluster/pingvas-shared-aurora/postgresql" && aws_cloudwatch_log_group.postgresql.retention_in_days == 30 && aws_rds_cluster.this.enabled_cloudwatch_logs_exports == toset(["postgresql"])
    error_message = "The log is kept for another time."
  }
}

run "d10_inventory_96_primary_of_a_global_cluster" {
  command = plan
  variables {
    global_cluster_name = "pingvas-global"
  }

  assert {
    condition     = aws_rds_global_cluster.this[0].global_cluster_identifier == "pingvas-global" && aws_rds_global_cluster.this[0].force_destroy && aws_rds_global_cluster.this[0].deletion_protection
    error_message = "There is no protected global cluster."
  }

  assert {
    condition     = aws_rds_cluster.this.global_cluster_identifier == null && aws_rds_cluster.this.database_name == "pingvas"
    error_message = "The primary must be there before its global cluster."
  }

  assert {
    condition     = aws_rds_cluster.this.manage_master_user_password == null && aws_rds_cluster.this.master_password == null && aws_rds_cluster.this.master_password_wo_version == 1 && length(aws_secretsmanager_secret_rotation.master) == 0 && output.master_secret_arn == null
    error_message = "Secrets Manager can't manage the password of a member."
  }
}

run "d10_inventory_96_secondary_of_a_global_cluster" {
  command = plan
  variables {
    is_secondary      = true
    global_cluster_id = "pingvas-global"
    readers           = 0
  }

  assert {
    condition     = aws_rds_cluster.this.global_cluster_identifier == "pingvas-global" && aws_rds_cluster.this.kms_key_id == var.key_arn && length(aws_rds_global_cluster.this) == 0
    error_message = "The secondary doesn't join under its own region's key."
  }

  assert {
    condition     = aws_rds_cluster.this.manage_master_user_password == null && aws_rds_cluster.this.master_password_wo_version == null && aws_rds_cluster.this.skip_final_snapshot
    error_message = "A secondary has its primary's users and data."
  }
}

run "d10_refuses_a_secondary_without_its_global_cluster" {
  command = plan
  variables {
    is_secondary = true
  }
  expect_failures = [var.global_cluster_id]
}

run "d10_refuses_a_primary_that_is_a_secondary" {
  command = plan
  variables {
    is_secondary        = true
    global_cluster_id   = "pingvas-global"
    global_cluster_name = "pingvas-global"
  }
  expect_failures = [var.is_secondary]
}

run "d4_d10_refuses_a_member_that_pauses" {
  command = plan
  variables {
    min_acu             = 0
    pause_after_seconds = 1800
    global_cluster_name = "pingvas-global"
  }
  expect_failures = [var.pause_after_seconds]
}

run "deletion_protection_can_be_lifted" {
  command = plan
  variables {
    deletion_protection = false
    skip_final_snapshot = true
    global_cluster_name = "pingvas-global"
  }

  assert {
    condition     = !aws_rds_cluster.this.deletion_protection && !aws_rds_global_cluster.this[0].deletion_protection && aws_rds_cluster.this.skip_final_snapshot && aws_rds_cluster.this.final_snapshot_identifier == null && aws_rds_cluster.this.delete_automated_backups
    error_message = "Something would refuse the deletion, or stay."
  }
}

run "data_api_is_off_unless_asked_for" {
  command = plan

  assert {
    condition     = !aws_rds_cluster.this.enable_http_endpoint
    error_message = "There is a second way in."
  }
}

run "data_api_when_asked_for" {
  command = plan
  variables {
    data_api = true
  }

  assert {
    condition     = aws_rds_cluster.this.enable_http_endpoint
    error_message = "The Data API is off."
  }
}

run "inventory_31_writes_and_reads_have_an_endpoint_each" {
  command = plan

  override_resource {
    target          = aws_rds_cluster.this
    override_during = plan
    values = {
      endpoint        = "writer.example"
      reader_endpoint = "readers.example"
      master_user_secret = [
        { kms_key_id = "key", secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!cluster-1", secret_status = "active" },
      ]
    }
  }

  assert {
    condition     = output.endpoint == "writer.example" && output.reader_endpoint == "readers.example" && output.port == 5432
    error_message = "An endpoint leads elsewhere."
  }

  assert {
    condition     = output.master_secret_arn == "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!cluster-1" && aws_secretsmanager_secret_rotation.master[0].secret_id == output.master_secret_arn
    error_message = "Another secret rotates than the one that is told."
  }
}
