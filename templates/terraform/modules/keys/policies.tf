# Who may use the keys. `*` in a key policy is the key itself. People and pods come by IAM policies; only services that
# act without a role of ours are named here, each bound to this account.

data "aws_iam_policy_document" "this" {
  for_each = local.keys

  #checkov:skip=CKV_AWS_109:in a key policy * is this key; the account's administrators have to keep hold of it
  #checkov:skip=CKV_AWS_111:in a key policy * is this key
  #checkov:skip=CKV_AWS_356:in a key policy * is this key

  # The account's IAM policies decide about everybody else.
  statement {
    sid       = "AccountByIam"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account_id}:root"]
    }
  }

  # Log groups of this account and region.
  statement {
    sid       = "LogGroups"
    actions   = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.${local.region}.amazonaws.com"]
    }
    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:*"]
    }
  }

  # Environment keys: CloudFront reads images from the environment's bucket (correction N11).
  dynamic "statement" {
    for_each = each.key == "shared" ? [] : [each.key]

    content {
      sid       = "ImagesByCloudFront"
      actions   = ["kms:Decrypt"]
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = ["cloudfront.amazonaws.com"]
      }
      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values   = ["arn:${local.partition}:cloudfront::${local.account_id}:distribution/*"]
      }
    }
  }

  # Shared key: alarms, budgets, EventBridge and AWS Backup publish to this account's encrypted topics. Bound by the topic,
  # which SNS always names to KMS; EventBridge and AWS Backup send no source account.
  dynamic "statement" {
    for_each = each.key == "shared" ? [each.key] : []

    content {
      sid       = "NoticesToTopics"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
      resources = ["*"]

      principals {
        type = "Service"
        identifiers = [
          "backup.amazonaws.com", "budgets.amazonaws.com", "cloudwatch.amazonaws.com", "events.amazonaws.com",
        ]
      }
      condition {
        test     = "ArnLike"
        variable = "kms:EncryptionContext:aws:sns:topicArn"
        values   = ["arn:${local.partition}:sns:${local.region}:${local.account_id}:*"]
      }
    }
  }

  # Shared key: volumes of nodes and pods. Auto Scaling and EC2 Fleet ask by linked roles, which may not exist yet and
  # so cannot be named; the same conditions as on the AWS-managed key of EBS.
  dynamic "statement" {
    for_each = each.key == "shared" ? [each.key] : []

    content {
      sid = "VolumesByEc2"
      actions = [
        "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey",
      ]
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
      condition {
        test     = "StringEquals"
        variable = "kms:CallerAccount"
        values   = [local.account_id]
      }
      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["ec2.${local.region}.amazonaws.com"]
      }
    }
  }
}
