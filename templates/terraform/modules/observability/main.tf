# Log groups with an end, and the topic that leads to the owner.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition

  # Group => the key that encrypts it. An environment's logs have the environment's key (correction N3).
  log_groups = merge(
    { for pair in setproduct(var.environments, ["services", "worker"]) : "${pair[0]}/${pair[1]}" => pair[0] },
    { "platform" = "shared" },
  )
}

# Fluent Bit writes to these and makes none (correction D11).
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:how long logs are kept is the owner's choice (monitoring.log_retention_days); Fluent Bit keeps a copy in S3
  for_each = local.log_groups

  name              = "/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.key_arns[each.value]

  tags = merge(
    { Name = "${var.name}-${replace(each.key, "/", "-")}" },
    each.value == "shared" ? {} : { Environment = each.value },
  )
}

resource "aws_sns_topic" "alerts" {
  name              = "${var.name}-alerts"
  display_name      = "${var.name} alerts"
  kms_master_key_id = var.key_arns["shared"]

  tags = { Name = "${var.name}-alerts" }
}

data "aws_iam_policy_document" "alerts" {
  statement {
    sid       = "Alarms"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alerts.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }

  statement {
    sid       = "Budgets"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alerts.arn]

    principals {
      type        = "Service"
      identifiers = ["budgets.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:budgets::${local.account_id}:*"]
    }
  }

  # Without conditions: EventBridge sends SNS nothing to judge by, and a condition would drop every notice unseen. A rule
  # may only reach topics of its own account.
  statement {
    sid       = "Events"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alerts.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }

  statement {
    sid       = "NoPlainHttp"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alerts.arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic_policy" "alerts" {
  arn    = aws_sns_topic.alerts.arn
  policy = data.aws_iam_policy_document.alerts.json
}

# SNS sends a question first; notices come when it is answered.
resource "aws_sns_topic_subscription" "owner" {
  count = var.owner_email == null ? 0 : 1

  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = var.owner_email
}
