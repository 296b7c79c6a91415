mock_provider "aws" {
  override_during = plan

  mock_resource "aws_s3_bucket" {
    defaults = { id = "pingvas-terraform-state-123456789012", arn = "arn:aws:s3:::pingvas-terraform-state-123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  bucket_name = "pingvas-terraform-state-123456789012"
}

run "d13_every_state_is_a_version_that_can_be_brought_back" {
  command = plan

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "A broken state is the only one."
  }

  assert {
    condition     = [aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days, aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].newer_noncurrent_versions] == [90, 20]
    error_message = "Old states go earlier, or never."
  }
}

run "inventory_93_the_bucket_is_the_one_that_was_made" {
  command = plan

  assert {
    condition     = aws_s3_bucket.this.bucket == var.bucket_name && !aws_s3_bucket.this.force_destroy && output.bucket == var.bucket_name
    error_message = "It is another bucket, or states could be deleted with it."
  }
}

run "n7_plain_http_and_old_tls_are_denied" {
  command = plan

  assert {
    condition     = data.aws_iam_policy_document.this.statement[0].resources == toset(["arn:aws:s3:::pingvas-terraform-state-123456789012", "arn:aws:s3:::pingvas-terraform-state-123456789012/*"])
    error_message = "The policy is about another bucket."
  }

  assert {
    condition = toset([
      for one in data.aws_iam_policy_document.this.statement :
      join(" ", concat([one.effect], tolist(one.actions), [length(one.resources)], flatten([for each in one.condition : [each.variable, each.values]])))
    ]) == toset(["Deny s3:* 2 aws:SecureTransport false", "Deny s3:* 2 s3:TlsVersion 1.2"])
    error_message = "The bucket takes plain HTTP or TLS below 1.2."
  }
}

run "public_access_is_blocked" {
  command = plan

  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.ignore_public_acls && aws_s3_bucket_public_access_block.this.restrict_public_buckets && aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "States can be made public."
  }
}

run "encrypted_by_s3_unless_a_key_is_given" {
  command = plan

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    error_message = "The state is under another key."
  }
}

run "encrypted_by_a_key_that_is_given" {
  command = plan
  variables {
    key_arn = "arn:aws:kms:us-east-1:123456789012:key/elsewhere"
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == var.key_arn
    error_message = "The state is under another key."
  }
}

run "deletion_protection_can_be_lifted" {
  command = plan
  variables {
    deletion_protection = false
  }

  assert {
    condition     = aws_s3_bucket.this.force_destroy
    error_message = "The bucket would stay."
  }
}

run "refuses_a_name_that_s3_has_not" {
  command = plan
  variables {
    bucket_name = "Pingvas_State"
  }
  expect_failures = [var.bucket_name]
}
