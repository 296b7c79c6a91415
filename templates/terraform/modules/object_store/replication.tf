# Copies to the second region. Old objects are not copied by a rule that is younger than they are.
locals {
  replicated = var.replication == null ? {} : var.replication.destinations
}

resource "aws_s3_bucket_replication_configuration" "this" {
  for_each = local.replicated

  bucket = aws_s3_bucket.this[each.key].id
  role   = aws_iam_role.replication[0].arn

  rule {
    id       = "to-${var.replication.region}"
    status   = "Enabled"
    priority = 1

    filter {}

    # What a person deletes is deleted there too.
    delete_marker_replication {
      status = "Enabled"
    }

    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }

    destination {
      bucket = each.value.bucket_arn

      encryption_configuration {
        replica_kms_key_id = each.value.key_arn
      }

      dynamic "replication_time" {
        for_each = var.replication.time_control ? [15] : []

        content {
          status = "Enabled"

          time {
            minutes = replication_time.value
          }
        }
      }

      dynamic "metrics" {
        for_each = var.replication.time_control ? [15] : []

        content {
          status = "Enabled"

          event_threshold {
            minutes = metrics.value
          }
        }
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

data "aws_iam_policy_document" "replication_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

data "aws_iam_policy_document" "replication" {
  count = var.replication == null ? 0 : 1

  # What there is to copy.
  statement {
    actions   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = [for bucket in keys(local.replicated) : aws_s3_bucket.this[bucket].arn]
  }

  # To read it.
  statement {
    actions   = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"]
    resources = [for bucket in keys(local.replicated) : "${aws_s3_bucket.this[bucket].arn}/*"]
  }

  # To write it there.
  statement {
    actions   = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]
    resources = [for destination in local.replicated : "${destination.bucket_arn}/*"]
  }

  # To open it here, through S3 alone.
  statement {
    actions   = ["kms:Decrypt"]
    resources = distinct([for bucket in keys(local.replicated) : local.keyed[bucket]])

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${data.aws_region.this.region}.amazonaws.com"]
    }
  }

  # To seal it there, through S3 alone.
  statement {
    actions   = ["kms:Encrypt", "kms:GenerateDataKey"]
    resources = distinct([for destination in local.replicated : destination.key_arn])

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.replication.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "replication" {
  count = var.replication == null ? 0 : 1

  name               = "${var.name}-replication"
  description        = "S3 copies buckets to ${var.replication.region}"
  assume_role_policy = data.aws_iam_policy_document.replication_trust.json
}

resource "aws_iam_role_policy" "replication" {
  count = var.replication == null ? 0 : 1

  name   = "replication"
  role   = aws_iam_role.replication[0].id
  policy = data.aws_iam_policy_document.replication[0].json
}
