# gallery, worker and model, per environment; the code's own calls and key prefixes (services/contracts/object_keys.py).
# user, payment and generation call no AWS service. Nobody reaches the other environment's bucket or key (correction N3).
#
# s3:ListBucket without a prefix: only with it does S3 answer "no such key" instead of "access denied" when an object is
# missing, and the programs tell the two apart.

locals {
  service_roles = merge([
    for environment, each in var.environments : {
      for service, policy in {
        gallery = data.aws_iam_policy_document.gallery[environment].json
        worker  = data.aws_iam_policy_document.worker[environment].json
        model   = data.aws_iam_policy_document.model[environment].json
        } : "${environment}/${service}" => {
        environment     = environment
        namespace       = each.namespace
        service_account = service
        policy          = policy
      }
    }
  ]...)

  checkpoints = "${var.checkpoints_bucket_arn}/${var.checkpoints_prefix}*"
  by_s3       = "s3.${local.region}.amazonaws.com"
}

# Shows, searches and archives pictures, takes uploads, and deletes what is purged.
data "aws_iam_policy_document" "gallery" {
  for_each = var.environments

  # Reading, also by the addresses that it signs.
  statement {
    sid       = "ReadObjects"
    actions   = ["s3:GetObject"]
    resources = [for prefix in ["images", "thumbnails", "uploads", "exports"] : "${each.value.images_bucket_arn}/${prefix}/*"]
  }

  # What it makes itself. Archives are multipart uploads; parts of an earlier try are dropped.
  statement {
    sid       = "WriteOwnObjects"
    actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
    resources = [for prefix in ["thumbnails", "uploads", "exports"] : "${each.value.images_bucket_arn}/${prefix}/*"]
  }

  statement {
    sid       = "Purge"
    actions   = ["s3:DeleteObject"]
    resources = [for prefix in ["images", "thumbnails", "uploads", "exports"] : "${each.value.images_bucket_arn}/${prefix}/*"]
  }

  statement {
    sid       = "List"
    actions   = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [each.value.images_bucket_arn]
  }

  statement {
    sid       = "EncryptedObjects"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [each.value.key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local.by_s3]
    }
  }
}

# Reads sources, masks and checkpoints, writes pictures, and hands interrupted jobs over.
data "aws_iam_policy_document" "worker" {
  for_each = var.environments

  statement {
    sid       = "ReadSources"
    actions   = ["s3:GetObject"]
    resources = [for prefix in ["images", "uploads"] : "${each.value.images_bucket_arn}/${prefix}/*"]
  }

  statement {
    sid       = "WritePictures"
    actions   = ["s3:PutObject"]
    resources = ["${each.value.images_bucket_arn}/images/*"]
  }

  # The hand-over is deleted by who went on from it; pictures never are.
  statement {
    sid       = "DeleteHandovers"
    actions   = ["s3:DeleteObject"]
    resources = ["${each.value.images_bucket_arn}/images/*/handover.safetensors"]
  }

  statement {
    sid       = "List"
    actions   = ["s3:ListBucket"]
    resources = [each.value.images_bucket_arn, var.checkpoints_bucket_arn]
  }

  statement {
    sid       = "ReadCheckpoints"
    actions   = ["s3:GetObject"]
    resources = [local.checkpoints]
  }

  statement {
    sid       = "EncryptedObjects"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [each.value.key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local.by_s3]
    }
  }

  statement {
    sid       = "EncryptedCheckpoints"
    actions   = ["kms:Decrypt"]
    resources = [var.shared_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local.by_s3]
    }
  }
}

# The catalogue's account: `pingvas-worker publish` runs with it. The bucket is shared, so an environment writes to it
# only if it is told to; otherwise dev could replace what prod serves.
data "aws_iam_policy_document" "model" {
  for_each = var.environments

  statement {
    sid       = "ReadCheckpoints"
    actions   = ["s3:GetObject"]
    resources = [local.checkpoints]
  }

  statement {
    sid       = "List"
    actions   = ["s3:ListBucket"]
    resources = [var.checkpoints_bucket_arn]
  }

  dynamic "statement" {
    for_each = each.value.publishes_checkpoints ? [local.checkpoints] : []

    content {
      sid       = "PublishCheckpoints"
      actions   = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"]
      resources = [statement.value]
    }
  }

  statement {
    sid       = "EncryptedCheckpoints"
    actions   = each.value.publishes_checkpoints ? ["kms:Decrypt", "kms:GenerateDataKey"] : ["kms:Decrypt"]
    resources = [var.shared_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [local.by_s3]
    }
  }
}
