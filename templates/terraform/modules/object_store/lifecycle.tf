resource "aws_s3_bucket_lifecycle_configuration" "this" {
  #checkov:skip=CKV_AWS_300:The first rule aborts them after 7 days; beside dynamic rules checkov misses it
  for_each = var.buckets

  bucket = aws_s3_bucket.this[each.key].id
  # Smaller objects would cost more in the colder classes, which bill 128 KiB at least.
  transition_default_minimum_object_size = "all_storage_classes_128K"

  rule {
    id     = "unfinished-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  dynamic "rule" {
    for_each = each.value.storage_class == "INTELLIGENT_TIERING" || each.value.infrequent_after_days != null || each.value.archive_after_days != null ? ["ageing"] : []

    content {
      id     = rule.value
      status = "Enabled"

      filter {}

      dynamic "transition" {
        for_each = each.value.storage_class == "INTELLIGENT_TIERING" ? [0] : []

        content {
          days          = transition.value
          storage_class = "INTELLIGENT_TIERING"
        }
      }

      dynamic "transition" {
        for_each = each.value.infrequent_after_days == null ? [] : [each.value.infrequent_after_days]

        content {
          days          = transition.value
          storage_class = "STANDARD_IA"
        }
      }

      dynamic "transition" {
        for_each = each.value.archive_after_days == null ? [] : [each.value.archive_after_days]

        content {
          days          = transition.value
          storage_class = each.value.archive_class
        }
      }
    }
  }

  dynamic "rule" {
    for_each = each.value.expire_after_days == null ? [] : [each.value.expire_after_days]

    content {
      id     = "expiry"
      status = "Enabled"

      filter {}

      expiration {
        days = rule.value
      }
    }
  }

  dynamic "rule" {
    for_each = each.value.versioning ? [each.value.old_versions_days] : []

    content {
      id     = "old-versions"
      status = "Enabled"

      filter {}

      noncurrent_version_expiration {
        noncurrent_days = rule.value
      }
    }
  }

  # What a deletion leaves behind when the last old version is gone. S3 refuses it beside an expiry in days.
  dynamic "rule" {
    for_each = each.value.versioning && each.value.expire_after_days == null ? ["delete-markers"] : []

    content {
      id     = rule.value
      status = "Enabled"

      filter {}

      expiration {
        expired_object_delete_marker = true
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}
