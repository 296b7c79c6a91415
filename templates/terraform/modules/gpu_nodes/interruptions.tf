# Two minutes' notice of a spot instance's end, and other news of instances, to Karpenter (correction P8).

locals {
  # As Karpenter 1.14 documents them. It only counts rebalance recommendations; the others drain the node.
  events = {
    "health"             = { source = "aws.health", detail_type = "AWS Health Event" }
    "spot-interruption"  = { source = "aws.ec2", detail_type = "EC2 Spot Instance Interruption Warning" }
    "rebalance"          = { source = "aws.ec2", detail_type = "EC2 Instance Rebalance Recommendation" }
    "state-change"       = { source = "aws.ec2", detail_type = "EC2 Instance State-change Notification" }
    "reservation-ending" = { source = "aws.ec2", detail_type = "EC2 Capacity Reservation Instance Interruption Warning" }
  }
}

resource "aws_sqs_queue" "interruptions" {
  name                      = "${var.cluster_name}-interruptions"
  message_retention_seconds = var.queue_retention_seconds
  sqs_managed_sse_enabled   = true

  tags = { Name = "${var.cluster_name}-interruptions" }
}

data "aws_iam_policy_document" "queue" {
  statement {
    sid       = "OwnRules"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.interruptions.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [for rule in aws_cloudwatch_event_rule.interruptions : rule.arn]
    }
  }

  statement {
    sid       = "NoPlainHttp"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [aws_sqs_queue.interruptions.arn]

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

resource "aws_sqs_queue_policy" "interruptions" {
  queue_url = aws_sqs_queue.interruptions.url
  policy    = data.aws_iam_policy_document.queue.json
}

resource "aws_cloudwatch_event_rule" "interruptions" {
  for_each = local.events

  name          = "${var.cluster_name}-${each.key}"
  description   = "${each.value.detail_type}, for Karpenter"
  event_pattern = jsonencode({ source = [each.value.source], "detail-type" = [each.value.detail_type] })

  tags = { Name = "${var.cluster_name}-${each.key}" }
}

resource "aws_cloudwatch_event_target" "interruptions" {
  for_each = local.events

  rule      = aws_cloudwatch_event_rule.interruptions[each.key].name
  target_id = "karpenter"
  arn       = aws_sqs_queue.interruptions.arn
}
