mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { region = "us-east-1" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { id = "a-bucket", arn = "arn:aws:s3:::a-bucket" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/pingvas-replication" }
  }
}

variables {
  name = "pingvas"
  buckets = {
    dev_images  = { infrequent_after_days = 90 }
    prod_images = { infrequent_after_days = 90, archive_after_days = 180 }
    checkpoints = { storage_class = "INTELLIGENT_TIERING" }
    logs        = { expire_after_days = 30, versioning = false }
  }
  key_arns = {
    dev    = "arn:aws:kms:us-east-1:123456789012:key/dev"
    prod   = "arn:aws:kms:us-east-1:123456789012:key/prod"
    shared = "arn:aws:kms:us-east-1:123456789012:key/shared"
  }
}

run "d12_names_are_one_scheme_and_global" {
  command = plan

  assert {
    condition = { for key, bucket in aws_s3_bucket.this : key => bucket.bucket } == {
      dev_images  = "pingvas-dev-images-123456789012"
      prod_images = "pingvas-prod-images-123456789012"
      checkpoints = "pingvas-models-shared-123456789012"
      logs        = "pingvas-logs-shared-123456789012"
    }
    error_message = "A bucket has another name."
  }
}

run "d12_a_suffix_of_ones_own" {
  command = plan
  variables {
    suffix = "account-us-west-2"
  }

  assert {
    condition     = aws_s3_bucket.this["logs"].bucket == "pingvas-logs-shared-123456789012-us-west-2"
    error_message = "The account is not put before the region."
  }
}

run "d12_refuses_a_name_that_is_too_long" {
  command = plan
  variables {
    name   = "a-platform-of-twenty"
    suffix = "a-suffix-of-thirty-one-letters0"
  }
  expect_failures = [var.suffix]
}

run "inventory_39_dev_images_become_infrequent" {
  command = plan

  assert {
    condition     = [for move in flatten([for rule in aws_s3_bucket_lifecycle_configuration.this["dev_images"].rule : [for one in rule.transition : one]]) : [move.days, move.storage_class]] == [[90, "STANDARD_IA"]]
    error_message = "Images of dev age otherwise."
  }
}

run "inventory_40_d8_prod_images_stay_readable_at_once" {
  command = plan

  assert {
    condition     = toset([for move in flatten([for rule in aws_s3_bucket_lifecycle_configuration.this["prod_images"].rule : [for one in rule.transition : one]]) : "${move.days} ${move.storage_class}"]) == toset(["90 STANDARD_IA", "180 GLACIER_IR"])
    error_message = "Images of prod age otherwise."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this["prod_images"].transition_default_minimum_object_size == "all_storage_classes_128K"
    error_message = "Small objects would move, and cost more."
  }
}

run "d8_refuses_an_archive_that_cannot_be_served" {
  command = plan
  variables {
    buckets = { prod_images = { archive_after_days = 180, archive_class = "GLACIER" } }
  }
  expect_failures = [var.buckets]
}

run "d8_refuses_ages_out_of_order" {
  command = plan
  variables {
    buckets = { prod_images = { infrequent_after_days = 180, archive_after_days = 90 } }
  }
  expect_failures = [var.buckets]
}

run "d8_refuses_infrequent_too_early" {
  command = plan
  variables {
    buckets = { prod_images = { infrequent_after_days = 7 } }
  }
  expect_failures = [var.buckets]
}

run "inventory_41_checkpoints_are_tiered_at_once" {
  command = plan

  assert {
    condition     = [for move in flatten([for rule in aws_s3_bucket_lifecycle_configuration.this["checkpoints"].rule : [for one in rule.transition : one]]) : [move.days, move.storage_class]] == [[0, "INTELLIGENT_TIERING"]]
    error_message = "Checkpoints are not tiered."
  }
}

run "inventory_42_logs_expire" {
  command = plan

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this["logs"].rule : rule.expiration[0].days if length(rule.expiration) > 0] == [30]
    error_message = "Logs stay for another time."
  }
}

run "unfinished_uploads_are_aborted_everywhere" {
  command = plan

  assert {
    condition     = alltrue([for bucket in aws_s3_bucket_lifecycle_configuration.this : bucket.rule[0].status == "Enabled" && bucket.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 7])
    error_message = "Parts of unfinished uploads stay."
  }
}

run "inventory_43_n3_each_environment_has_its_key" {
  command = plan

  assert {
    condition = { for key, one in aws_s3_bucket_server_side_encryption_configuration.keyed : key => one(one.rule).apply_server_side_encryption_by_default[0].kms_master_key_id } == {
      dev_images  = var.key_arns.dev
      prod_images = var.key_arns.prod
      checkpoints = var.key_arns.shared
    }
    error_message = "A bucket is under another key."
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.logs["logs"].rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    error_message = "Load balancers can't write to the logs."
  }
}

run "n7_plain_http_and_old_tls_are_denied_everywhere" {
  command = plan

  assert {
    condition = alltrue([
      for key in keys(var.buckets) : toset([
        for one in data.aws_iam_policy_document.transport[key].statement :
        join(" ", concat(tolist(one.actions), [length(one.resources)], flatten([for each in one.condition : [each.variable, each.values]])))
        if one.effect == "Deny"
      ]) == toset(["s3:* 2 aws:SecureTransport false", "s3:* 2 s3:TlsVersion 1.2"])
    ])
    error_message = "A bucket takes plain HTTP or TLS below 1.2."
  }
}

run "public_access_is_blocked_everywhere" {
  command = plan

  assert {
    condition     = length(aws_s3_bucket_public_access_block.this) == 4 && alltrue([for one in aws_s3_bucket_public_access_block.this : one.block_public_acls && one.block_public_policy && one.ignore_public_acls && one.restrict_public_buckets])
    error_message = "A bucket can be made public."
  }

  assert {
    condition     = alltrue([for one in aws_s3_bucket_ownership_controls.this : one.rule[0].object_ownership == "BucketOwnerEnforced"])
    error_message = "A bucket has access lists."
  }
}

run "d6_deleted_pictures_can_be_brought_back" {
  command = plan

  assert {
    condition     = { for key, one in aws_s3_bucket_versioning.this : key => one.versioning_configuration[0].status } == { dev_images = "Enabled", prod_images = "Enabled", checkpoints = "Enabled", logs = "Suspended" }
    error_message = "A bucket is versioned otherwise."
  }

  assert {
    condition     = alltrue([for key in ["dev_images", "prod_images", "checkpoints"] : [for rule in aws_s3_bucket_lifecycle_configuration.this[key].rule : rule.noncurrent_version_expiration[0].noncurrent_days if length(rule.noncurrent_version_expiration) > 0] == [30]])
    error_message = "Old versions are kept for another time."
  }

  assert {
    condition     = keys(aws_s3_bucket_notification.images) == ["dev_images", "prod_images"] && alltrue([for one in aws_s3_bucket_notification.images : one.eventbridge])
    error_message = "AWS Backup can't follow the images."
  }
}

run "n11_one_distribution_reads_one_environments_pictures" {
  command = plan
  variables {
    image_distribution_arns = { prod = "arn:aws:cloudfront::123456789012:distribution/PROD" }
  }

  assert {
    condition = [
      for one in data.aws_iam_policy_document.this["prod_images"].statement : [one.actions, one.resources, one(one.condition).values] if one.sid == "ServeImages"
      ] == [[
        toset(["s3:GetObject"]),
        toset(["arn:aws:s3:::a-bucket/images/*", "arn:aws:s3:::a-bucket/thumbnails/*"]),
        tolist(["arn:aws:cloudfront::123456789012:distribution/PROD"]),
    ]]
    error_message = "The distribution of prod reads something else."
  }

  assert {
    condition     = alltrue([for key in ["dev_images", "checkpoints"] : !contains([for one in data.aws_iam_policy_document.this[key].statement : coalesce(one.sid, "none")], "ServeImages")])
    error_message = "The distribution of prod reads another bucket."
  }
}

run "inventory_59_services_deliver_logs_to_their_prefixes" {
  command = plan

  assert {
    condition = { for one in data.aws_iam_policy_document.logs["logs"].statement : one(one(one.principals).identifiers) => one.resources if one.actions == toset(["s3:PutObject"]) } == {
      "logdelivery.elasticloadbalancing.amazonaws.com" = toset(["arn:aws:s3:::a-bucket/alb/AWSLogs/123456789012/*"])
      "logging.s3.amazonaws.com"                       = toset(["arn:aws:s3:::a-bucket/s3/*"])
      "delivery.logs.amazonaws.com"                    = toset(["arn:aws:s3:::a-bucket/AWSLogs/123456789012/*", "arn:aws:s3:::a-bucket/cloudfront/*"])
    }
    error_message = "A service writes elsewhere, or not at all."
  }

  assert {
    condition     = keys(aws_s3_bucket_policy.this) == ["checkpoints", "dev_images", "prod_images"] && keys(aws_s3_bucket_policy.logs) == ["logs"]
    error_message = "The logs' policy waits for the distributions."
  }

  assert {
    condition     = keys(aws_s3_bucket_logging.this) == ["checkpoints", "dev_images", "prod_images"]
    error_message = "Access to a bucket is not logged."
  }
}

run "cors_names_the_hosts_that_may_read" {
  command = plan
  variables {
    cors_origins = { prod = ["https://app.example.com"], dev = [] }
  }

  assert {
    condition     = keys(aws_s3_bucket_cors_configuration.images) == ["prod_images"] && one(aws_s3_bucket_cors_configuration.images["prod_images"].cors_rule).allowed_methods == toset(["GET", "HEAD"])
    error_message = "Other origins may read, or these may write."
  }
}

run "refuses_cors_for_everyone" {
  command = plan
  variables {
    cors_origins = { prod = ["https://*"] }
  }
  expect_failures = [var.cors_origins]
}

run "d10_inventory_96_replicates_to_the_second_region" {
  command = plan
  variables {
    replication = {
      region = "us-west-2"
      destinations = {
        prod_images = { bucket_arn = "arn:aws:s3:::there", key_arn = "arn:aws:kms:us-west-2:123456789012:key/prod" }
        checkpoints = { bucket_arn = "arn:aws:s3:::there-too", key_arn = "arn:aws:kms:us-west-2:123456789012:key/shared" }
      }
    }
  }

  assert {
    condition     = { for key, one in aws_s3_bucket_replication_configuration.this : key => [one.rule[0].destination[0].bucket, one.rule[0].destination[0].encryption_configuration[0].replica_kms_key_id, one.rule[0].destination[0].replication_time[0].time[0].minutes] } == { prod_images = ["arn:aws:s3:::there", "arn:aws:kms:us-west-2:123456789012:key/prod", 15], checkpoints = ["arn:aws:s3:::there-too", "arn:aws:kms:us-west-2:123456789012:key/shared", 15] }
    error_message = "Buckets are copied elsewhere, or without a promise of time."
  }

  assert {
    condition     = alltrue([for one in aws_s3_bucket_replication_configuration.this : one.rule[0].source_selection_criteria[0].sse_kms_encrypted_objects[0].status == "Enabled" && one.rule[0].delete_marker_replication[0].status == "Enabled"])
    error_message = "Encrypted objects or deletions are not copied."
  }

  assert {
    condition     = [for one in data.aws_iam_policy_document.replication[0].statement : one.resources if contains(one.actions, "s3:ReplicateObject")] == [toset(["arn:aws:s3:::there/*", "arn:aws:s3:::there-too/*"])]
    error_message = "The role writes elsewhere."
  }

  assert {
    condition = { for one in data.aws_iam_policy_document.replication[0].statement : one(one.condition).values[0] => one.resources if length(one.condition) > 0 } == {
      "s3.us-east-1.amazonaws.com" = toset([var.key_arns.prod, var.key_arns.shared])
      "s3.us-west-2.amazonaws.com" = toset(["arn:aws:kms:us-west-2:123456789012:key/prod", "arn:aws:kms:us-west-2:123456789012:key/shared"])
    }
    error_message = "The role uses other keys, or not through S3."
  }
}

run "d10_refuses_to_replicate_what_has_no_versions" {
  command = plan
  variables {
    replication = {
      region       = "us-west-2"
      destinations = { logs = { bucket_arn = "arn:aws:s3:::there", key_arn = "arn:aws:kms:us-west-2:123456789012:key/shared" } }
    }
  }
  expect_failures = [var.replication]
}

run "one_region_has_no_replication" {
  command = plan

  assert {
    condition     = length(aws_s3_bucket_replication_configuration.this) == 0 && length(aws_iam_role.replication) == 0
    error_message = "Something is copied."
  }
}

run "deletion_protection_can_be_lifted" {
  command = plan
  variables {
    deletion_protection = false
  }

  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.this : bucket.force_destroy])
    error_message = "A bucket with objects would stay."
  }
}

run "deletion_protection_keeps_buckets_with_objects" {
  command = plan

  assert {
    condition     = !anytrue([for bucket in aws_s3_bucket.this : bucket.force_destroy])
    error_message = "A bucket with objects would be deleted."
  }
}

run "refuses_an_unknown_bucket" {
  command = plan
  variables {
    buckets = { models = {} }
  }
  expect_failures = [var.buckets]
}
