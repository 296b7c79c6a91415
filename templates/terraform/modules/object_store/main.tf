data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {}

locals {
  account_id = data.aws_caller_identity.this.account_id
  partition  = data.aws_partition.this.partition
  suffix     = replace(var.suffix, "/^account(-|$)/", "${local.account_id}$1")

  labels = {
    dev_images  = "dev-images"
    prod_images = "prod-images"
    checkpoints = "models-shared"
    logs        = "logs-shared"
  }
  environments = { dev_images = "dev", prod_images = "prod" }
  images       = { for bucket, environment in local.environments : bucket => environment if contains(keys(var.buckets), bucket) }
  keyed        = { for bucket in setsubtract(keys(var.buckets), ["logs"]) : bucket => var.key_arns[lookup(local.environments, bucket, "shared")] }
  log_buckets  = toset([for bucket in keys(var.buckets) : bucket if bucket == "logs"])
  logged       = { for bucket in setsubtract(keys(var.buckets), ["logs"]) : bucket => bucket if contains(keys(var.buckets), "logs") }
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_144:Replication is a switch, off until there is a second region
  #checkov:skip=CKV_AWS_145:All but the logs' bucket have a KMS key; load balancers write to SSE-S3 only
  #checkov:skip=CKV_AWS_18:The logs' own bucket would log itself
  #checkov:skip=CKV_AWS_21:Logs are written once and expire; the others are versioned
  #checkov:skip=CKV2_AWS_62:Only buckets that are backed up tell EventBridge
  for_each = var.buckets

  bucket        = "${var.name}-${local.labels[each.key]}-${local.suffix}"
  force_destroy = !var.deletion_protection
  tags = merge(
    { Name = "${var.name}-${local.labels[each.key]}-${local.suffix}" },
    contains(keys(local.environments), each.key) ? { Environment = local.environments[each.key] } : {},
  )
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = var.buckets

  bucket                  = aws_s3_bucket.this[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = var.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = var.buckets

  bucket = aws_s3_bucket.this[each.key].id

  versioning_configuration {
    status = each.value.versioning ? "Enabled" : "Suspended"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "keyed" {
  for_each = local.keyed

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = each.value
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  for_each = contains(keys(var.buckets), "logs") ? toset(["logs"]) : toset([])

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  for_each = local.logged

  bucket        = aws_s3_bucket.this[each.key].id
  target_bucket = aws_s3_bucket.this["logs"].id
  target_prefix = "s3/${local.labels[each.key]}/"

  depends_on = [aws_s3_bucket_policy.logs]
}

# AWS Backup follows changes of a bucket through EventBridge.
resource "aws_s3_bucket_notification" "images" {
  for_each = local.images

  bucket      = aws_s3_bucket.this[each.key].id
  eventbridge = true
}

resource "aws_s3_bucket_cors_configuration" "images" {
  for_each = { for bucket, environment in local.images : bucket => var.cors_origins[environment] if length(lookup(var.cors_origins, environment, [])) > 0 }

  bucket = aws_s3_bucket.this[each.key].id

  cors_rule {
    allowed_methods = ["GET", "HEAD"]
    allowed_origins = each.value
    allowed_headers = ["Range"]
    expose_headers  = ["ETag"]
    max_age_seconds = 3600
  }
}
