mock_provider "aws" {
  override_during = plan

  mock_resource "aws_efs_file_system" {
    defaults = { id = "fs-1", arn = "arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-1" }
  }

  mock_resource "aws_efs_access_point" {
    defaults = { id = "fsap-1", arn = "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-1" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  name                       = "pingvas"
  vpc_id                     = "vpc-1"
  subnet_ids                 = ["subnet-a", "subnet-b", "subnet-c"]
  allowed_security_group_ids = { dev = "sg-dev", prod = "sg-prod" }
  key_arn                    = "arn:aws:kms:us-east-1:123456789012:key/shared"
}

run "inventory_15_n4_only_named_groups_reach_the_port_and_nothing_leaves" {
  command = plan

  assert {
    condition     = { for name, rule in aws_vpc_security_group_ingress_rule.nfs : name => [rule.referenced_security_group_id, rule.from_port, rule.to_port] } == { dev = ["sg-dev", 2049, 2049], prod = ["sg-prod", 2049, 2049] }
    error_message = "Others may mount."
  }
}

run "inventory_38_d9_a_mount_target_in_each_zone" {
  command = plan

  assert {
    condition     = [for target in aws_efs_mount_target.this : target.subnet_id] == ["subnet-a", "subnet-b", "subnet-c"]
    error_message = "Workers of a zone would read across zones."
  }

  assert {
    condition     = [for policy in aws_efs_file_system.this.lifecycle_policy : coalesce(policy.transition_to_ia, policy.transition_to_primary_storage_class)] == ["AFTER_30_DAYS", "AFTER_1_ACCESS"]
    error_message = "Files move at another time, or don't come back."
  }

  assert {
    condition     = aws_efs_file_system.this.encrypted && aws_efs_file_system.this.kms_key_id == var.key_arn
    error_message = "Files are under another key."
  }
}

run "inventory_38_a_single_day_is_written_as_aws_does" {
  command = plan
  variables {
    infrequent_after_days = 1
  }

  assert {
    condition     = aws_efs_file_system.this.lifecycle_policy[0].transition_to_ia == "AFTER_1_DAY"
    error_message = "EFS has no such policy."
  }
}

run "d9_elastic_throughput" {
  command = plan

  assert {
    condition     = aws_efs_file_system.this.throughput_mode == "elastic" && aws_efs_file_system.this.provisioned_throughput_in_mibps == null
    error_message = "A hundred GB would be read at 5 MiB/s."
  }
}

run "d9_refuses_a_throughput_without_its_mode" {
  command = plan
  variables {
    provisioned_mibps = 100
  }
  expect_failures = [var.provisioned_mibps]
}

run "d9_refuses_the_mode_without_a_throughput" {
  command = plan
  variables {
    throughput_mode = "provisioned"
  }
  expect_failures = [var.provisioned_mibps]
}

run "n3_each_environment_has_its_folder" {
  command = plan

  assert {
    condition     = { for environment, point in aws_efs_access_point.this : environment => [point.root_directory[0].path, point.posix_user[0].uid, point.root_directory[0].creation_info[0].permissions] } == { dev = ["/dev", 10001, "0750"], prod = ["/prod", 10001, "0750"] }
    error_message = "Environments share a folder, or are root in it."
  }
}

run "n7_mounts_need_tls_and_an_access_point" {
  command = plan

  assert {
    condition     = [for one in data.aws_iam_policy_document.this.statement : one(one.condition).variable if one.effect == "Deny"] == ["aws:SecureTransport"]
    error_message = "A mount without TLS is taken."
  }

  assert {
    condition     = toset(flatten([for one in data.aws_iam_policy_document.this.statement : [for each in one.condition : each.variable] if one.sid == "MountByAccessPoint"])) == toset(["elasticfilesystem:AccessedViaMountTarget", "elasticfilesystem:AccessPointArn"])
    error_message = "The root of the file system can be mounted."
  }

  assert {
    condition     = !anytrue(flatten([for one in data.aws_iam_policy_document.this.statement : [for action in one.actions : action == "elasticfilesystem:ClientRootAccess"] if one.effect != "Deny"]))
    error_message = "A client may be root."
  }
}

run "inventory_92_one_backup_only" {
  command = plan

  assert {
    condition     = aws_efs_backup_policy.this.backup_policy[0].status == "DISABLED"
    error_message = "EFS makes a second copy."
  }
}

run "refuses_an_age_that_efs_has_not" {
  command = plan
  variables {
    infrequent_after_days = 45
  }
  expect_failures = [var.infrequent_after_days]
}
