data "aws_iam_policy_document" "transport" {
  for_each = var.buckets

  statement {
    sid       = "DenyPlainHttp"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.this[each.key].arn, "${aws_s3_bucket.this[each.key].arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  statement {
    sid       = "DenyOldTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.this[each.key].arn, "${aws_s3_bucket.this[each.key].arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "NumericLessThan"
      variable = "s3:TlsVersion"
      values   = ["1.2"]
    }
  }
}

data "aws_iam_policy_document" "this" {
  for_each = local.keyed

  source_policy_documents = [data.aws_iam_policy_document.transport[each.key].json]

  # One distribution reads the pictures of one environment, and nothing else of its bucket.
  dynamic "statement" {
    for_each = contains(keys(var.image_distribution_arns), lookup(local.environments, each.key, "none")) ? [var.image_distribution_arns[local.environments[each.key]]] : []

    content {
      sid       = "ServeImages"
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.this[each.key].arn}/images/*", "${aws_s3_bucket.this[each.key].arn}/thumbnails/*"]

      principals {
        type        = "Service"
        identifiers = ["cloudfront.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceArn"
        values   = [statement.value]
      }
    }
  }
}

# Apart from the others: these wait for the distributions, whose logs wait for this one.
data "aws_iam_policy_document" "logs" {
  for_each = local.log_buckets

  source_policy_documents = [data.aws_iam_policy_document.transport[each.key].json]

  statement {
    sid       = "LogsOfLoadBalancers"
    actions   = ["s3:PutObject"]
    resources = [for prefix in var.load_balancer_log_prefixes : "${aws_s3_bucket.this[each.key].arn}/${prefix}/AWSLogs/${local.account_id}/*"]

    principals {
      type        = "Service"
      identifiers = ["logdelivery.elasticloadbalancing.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:elasticloadbalancing:${data.aws_region.this.region}:${local.account_id}:loadbalancer/*"]
    }
  }

  dynamic "statement" {
    for_each = length(local.logged) > 0 ? [1] : []

    content {
      sid       = "LogsOfBuckets"
      actions   = ["s3:PutObject"]
      resources = ["${aws_s3_bucket.this[each.key].arn}/s3/*"]

      principals {
        type        = "Service"
        identifiers = ["logging.s3.amazonaws.com"]
      }

      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values   = [for bucket in local.logged : aws_s3_bucket.this[bucket].arn]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account_id]
      }
    }
  }

  # CloudFront and others that deliver through CloudWatch Logs.
  statement {
    sid       = "DeliveredLogs"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.this[each.key].arn}/AWSLogs/${local.account_id}/*", "${aws_s3_bucket.this[each.key].arn}/cloudfront/*"]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:logs:*:${local.account_id}:*"]
    }
  }

  statement {
    sid       = "DeliveredLogsLook"
    actions   = ["s3:GetBucketAcl"]
    resources = [aws_s3_bucket.this[each.key].arn]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = local.keyed

  bucket = aws_s3_bucket.this[each.key].id
  policy = data.aws_iam_policy_document.this[each.key].json

  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_policy" "logs" {
  for_each = local.log_buckets

  bucket = aws_s3_bucket.this[each.key].id
  policy = data.aws_iam_policy_document.logs[each.key].json

  depends_on = [aws_s3_bucket_public_access_block.this]
}
