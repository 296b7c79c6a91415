mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/pingvas-backup" }
  }

  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:us-east-1:123456789012:backup-vault:pingvas-backups" }
  }
}

variables {
  name    = "pingvas"
  key_arn = "arn:aws:kms:us-east-1:123456789012:key/shared"
  plans = {
    file_store = { schedule = "cron(0 17 ? * SUN *)", retention_days = 30 }
    images     = { schedule = "cron(0 18 * * ? *)", retention_days = 35 }
    monitoring = { schedule = "cron(0 17 ? * SUN *)", retention_days = 14 }
  }
  file_system_arn   = "arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-1"
  image_bucket_arns = ["arn:aws:s3:::pingvas-prod-images-123456789012"]
}

run "inventory_92_file_store_weekly_for_thirty_days" {
  command = plan

  assert {
    condition     = [for rule in aws_backup_plan.this["file_store"].rule : [rule.schedule, rule.lifecycle[0].delete_after, rule.target_vault_name]] == [["cron(0 17 ? * SUN *)", 30, "pingvas-backups"]]
    error_message = "The file system is copied at another time, or for another."
  }

  assert {
    condition     = aws_backup_selection.this["file_store"].resources == toset([var.file_system_arn])
    error_message = "Something else is copied."
  }

  assert {
    condition     = aws_backup_vault.this.kms_key_arn == var.key_arn
    error_message = "The vault is under another key."
  }
}

run "d6_images_are_copied_change_by_change" {
  command = plan

  assert {
    condition     = [for rule in aws_backup_plan.this["images"].rule : [rule.enable_continuous_backup, rule.lifecycle[0].delete_after]] == [[true, 35]] && aws_backup_selection.this["images"].resources == toset(var.image_bucket_arns)
    error_message = "Images can't be restored to a point in time."
  }

  assert {
    condition     = [for rule in aws_backup_plan.this["file_store"].rule : rule.enable_continuous_backup] == [false]
    error_message = "EFS knows no continuous backup."
  }
}

run "d6_images_kept_for_longer_are_snapshots" {
  command = plan
  variables {
    plans = { images = { schedule = "cron(0 18 * * ? *)", retention_days = 90 } }
  }

  assert {
    condition     = [for rule in aws_backup_plan.this["images"].rule : rule.enable_continuous_backup] == [false]
    error_message = "AWS takes no continuous backup for more than 35 days."
  }
}

run "d13_volumes_of_monitoring_by_their_tag" {
  command = plan

  assert {
    condition     = aws_backup_selection.this["monitoring"].resources == toset(["arn:aws:ec2:*:*:volume/*"]) && [for one in aws_backup_selection.this["monitoring"].condition : [for tag in one.string_equals : "${tag.key}=${tag.value}"]] == [["aws:ResourceTag/kubernetes.io/created-for/pvc/namespace=monitoring"]]
    error_message = "Other volumes are copied."
  }
}

run "d7_restores_are_tried_and_cleared_away" {
  command = plan

  assert {
    condition     = aws_backup_restore_testing_plan.this[0].name == "pingvas_restores" && aws_backup_restore_testing_plan.this[0].schedule_expression == "cron(0 20 1 * ? *)" && aws_backup_restore_testing_plan.this[0].recovery_point_selection[0].include_vaults == toset(["arn:aws:backup:us-east-1:123456789012:backup-vault:pingvas-backups"])
    error_message = "Restores are tried at another time, or from another vault."
  }

  assert {
    condition     = { for name, one in aws_backup_restore_testing_selection.this : name => [one.name, one.protected_resource_type, one.validation_window_hours] } == { file_store = ["pingvas_file_store", "EFS", 4], images = ["pingvas_images", "S3", 4], monitoring = ["pingvas_monitoring", "EBS", 4] }
    error_message = "A plan's copies are never tried."
  }

  assert {
    condition     = [for tag in aws_backup_restore_testing_selection.this["monitoring"].protected_resource_conditions[0].string_equals : "${tag.key}=${tag.value}"] == ["aws:ResourceTag/kubernetes.io/created-for/pvc/namespace=monitoring"]
    error_message = "Other volumes are tried."
  }
}

run "d7_restore_tests_have_names_without_hyphens" {
  command = plan
  variables {
    name = "my-platform"
  }

  assert {
    condition     = aws_backup_restore_testing_plan.this[0].name == "my_platform_restores" && aws_backup_restore_testing_selection.this["images"].name == "my_platform_images"
    error_message = "AWS takes letters, digits and underscores only."
  }
}

run "d7_restore_testing_can_be_off" {
  command = plan
  variables {
    restore_testing = { enabled = false }
  }

  assert {
    condition     = length(aws_backup_restore_testing_plan.this) == 0 && length(aws_backup_restore_testing_selection.this) == 0 && output.restore_testing_plan_arn == null
    error_message = "Something is restored."
  }
}

run "n13_one_role_copies_and_another_restores" {
  command = plan

  assert {
    condition     = toset([for one in aws_iam_role_policy_attachment.backup : one.policy_arn]) == toset(["arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup", "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup"]) && toset([for one in aws_iam_role_policy_attachment.restore : one.policy_arn]) == toset(["arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores", "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore"])
    error_message = "A role may do more than it is for."
  }

  assert {
    condition     = [for one in data.aws_iam_policy_document.trust.statement : [one(one.principals).identifiers, one(one.condition).values]] == [[toset(["backup.amazonaws.com"]), tolist(["123456789012"])]]
    error_message = "Somebody else can be the role."
  }
}

run "n13_no_rights_on_buckets_without_their_plan" {
  command = plan
  variables {
    plans = { file_store = { schedule = "cron(0 17 ? * SUN *)", retention_days = 30 } }
  }

  assert {
    condition     = keys(aws_iam_role_policy_attachment.backup) == ["any"] && keys(aws_iam_role_policy_attachment.restore) == ["any"]
    error_message = "A role may reach buckets."
  }
}

run "inventory_90_96_d10_second_copy_in_another_region" {
  command = plan
  variables {
    plans = {
      file_store = { schedule = "cron(0 17 ? * SUN *)", retention_days = 30 }
      images     = { schedule = "cron(0 18 * * ? *)", retention_days = 35 }
      database   = { schedule = "cron(0 19 * * ? *)", retention_days = 7 }
    }
    database_cluster_arns = ["arn:aws:rds:us-east-1:123456789012:cluster:pingvas-shared-aurora"]
    copy_to = {
      vault_arn = "arn:aws:backup:us-west-2:123456789012:backup-vault:pingvas-backups"
      plans     = ["file_store", "database"]
    }
  }

  assert {
    condition = { for name, plan in aws_backup_plan.this : name => [for rule in plan.rule : [for copy in rule.copy_action : [copy.destination_vault_arn, copy.lifecycle[0].delete_after]]] } == {
      file_store = [[["arn:aws:backup:us-west-2:123456789012:backup-vault:pingvas-backups", 30]]]
      database   = [[["arn:aws:backup:us-west-2:123456789012:backup-vault:pingvas-backups", 7]]]
      images     = [[]]
    }
    error_message = "Copies go elsewhere, or stay for another time."
  }

  assert {
    condition     = aws_backup_selection.this["database"].resources == toset(var.database_cluster_arns) && keys(aws_backup_restore_testing_selection.this) == ["file_store", "images"]
    error_message = "The database is not copied, or restored into the default VPC."
  }
}

run "inventory_96_the_second_regions_vault_alone" {
  command = plan
  variables {
    plans             = {}
    file_system_arn   = null
    image_bucket_arns = []
  }

  assert {
    condition     = aws_backup_vault.this.name == "pingvas-backups" && length(aws_backup_plan.this) == 0 && length(aws_iam_role.backup) == 0 && length(aws_iam_role.restore) == 0 && length(aws_backup_restore_testing_plan.this) == 0
    error_message = "The second region has more than a vault, or roles of the same name."
  }
}

run "a_plan_can_be_off" {
  command = plan
  variables {
    plans = {
      file_store = { enabled = false, schedule = "cron(0 17 ? * SUN *)", retention_days = 30 }
      images     = { schedule = "cron(0 18 * * ? *)", retention_days = 35 }
    }
    file_system_arn = null
  }

  assert {
    condition     = keys(aws_backup_plan.this) == ["images"] && keys(aws_backup_restore_testing_selection.this) == ["images"]
    error_message = "A plan that is off runs."
  }
}

run "d13_locked_vault_keeps_copies_for_the_shortest_retention" {
  command = plan
  variables {
    locked_vault        = true
    deletion_protection = false
  }

  assert {
    condition     = aws_backup_vault_lock_configuration.this[0].min_retention_days == 14 && aws_backup_vault_lock_configuration.this[0].changeable_for_days == null && !aws_backup_vault.this.force_destroy
    error_message = "Copies can be deleted early, or the lock never opens."
  }
}

run "deletion_protection_can_be_lifted" {
  command = plan
  variables {
    deletion_protection = false
  }

  assert {
    condition     = aws_backup_vault.this.force_destroy && length(aws_backup_vault_lock_configuration.this) == 0
    error_message = "A vault with copies would stay."
  }
}

run "refuses_a_plan_with_nothing_to_copy" {
  command = plan
  variables {
    image_bucket_arns = []
  }
  expect_failures = [var.plans]
}

run "refuses_a_schedule_that_is_none" {
  command = plan
  variables {
    plans = { file_store = { schedule = "weekly", retention_days = 30 } }
  }
  expect_failures = [var.plans]
}
