# Who talked to whom (correction N6), kept for a stated time (correction D11).

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  flow_log_count = var.flow_logs.enabled ? 1 : 0
}

resource "aws_cloudwatch_log_group" "flow" {
  #checkov:skip=CKV_AWS_338:how long flow logs are kept is the owner's choice; a year of them costs more than the VPC
  count = local.flow_log_count

  name              = "/${var.name}/vpc-flow"
  retention_in_days = var.flow_logs.retention_days
  kms_key_id        = var.key_arn

  tags = { Name = "${var.name}-vpc-flow" }
}

resource "aws_flow_log" "this" {
  count = local.flow_log_count

  vpc_id                   = aws_vpc.this.id
  traffic_type             = "ALL"
  log_destination_type     = "cloud-watch-logs"
  log_destination          = one(aws_cloudwatch_log_group.flow[*].arn)
  iam_role_arn             = one(aws_iam_role.flow[*].arn)
  max_aggregation_interval = 600

  tags = { Name = "${var.name}-vpc-flow" }

  depends_on = [aws_iam_role_policy.flow]
}

data "aws_iam_policy_document" "flow_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values = [join(":", [
        "arn", data.aws_partition.current.partition, "ec2", data.aws_region.current.region,
        data.aws_caller_identity.current.account_id, "vpc-flow-log/*",
      ])]
    }
  }
}

resource "aws_iam_role" "flow" {
  count = local.flow_log_count

  name               = "${var.name}-vpc-flow-${data.aws_region.current.region}"
  description        = "Lets VPC flow logs write to their log group"
  assume_role_policy = data.aws_iam_policy_document.flow_trust.json

  tags = { Name = "${var.name}-vpc-flow" }
}

data "aws_iam_policy_document" "flow" {
  count = local.flow_log_count

  # Streams and records of the one group.
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    resources = ["${aws_cloudwatch_log_group.flow[0].arn}:*"]
  }
}

resource "aws_iam_role_policy" "flow" {
  count = local.flow_log_count

  name   = "write"
  role   = aws_iam_role.flow[0].id
  policy = data.aws_iam_policy_document.flow[0].json
}
