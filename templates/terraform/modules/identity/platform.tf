# Controllers of the platform. KEDA, Argo CD, Prometheus and Grafana call no AWS service; Karpenter and the add-ons have
# their roles in modules gpu_nodes and cluster.

locals {
  platform_roles = {
    for role, policy in {
      "load-balancer-controller" = data.aws_iam_policy_document.load_balancer_controller.json
      "fluent-bit"               = data.aws_iam_policy_document.fluent_bit.json
      "cloudwatch-exporter"      = data.aws_iam_policy_document.cloudwatch_exporter.json
      } : role => {
      environment     = null
      namespace       = var.service_accounts[role].namespace
      service_account = var.service_accounts[role].name
      policy          = policy
    }
  }
}

# TargetGroupBinding only: Terraform makes load balancer, target groups and rules (correction N4). It makes no load
# balancer and opens no security group, so bindings must not set `networking`, and Ingresses are of no use.
data "aws_iam_policy_document" "load_balancer_controller" {
  statement {
    sid       = "BindPods"
    actions   = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]
    resources = var.target_group_arns
  }

  # The webhook reads the target type, the controller the health; VPC and groups when it starts and clears up.
  # ELB and EC2 don't scope descriptions to resources.
  statement {
    sid = "Describe"
    actions = [
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeVpcs",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
    ]
    resources = ["*"]
  }
}

# Log groups are Terraform's, with their retention (correction D11): it makes streams only.
data "aws_iam_policy_document" "fluent_bit" {
  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = [for arn in var.log_group_arns : "${trimsuffix(arn, ":*")}:*"]
  }

  statement {
    sid       = "KeepLogs"
    actions   = ["s3:PutObject"]
    resources = ["${var.logs_bucket_arn}/${var.logs_prefix}*"]
  }

  dynamic "statement" {
    for_each = var.logs_bucket_is_encrypted_with_shared_key ? [var.shared_key_arn] : []

    content {
      sid       = "EncryptedLogs"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = [local.by_s3]
      }
    }
  }
}

# Metrics and the tags that it finds resources by; CloudWatch scopes neither to resources.
data "aws_iam_policy_document" "cloudwatch_exporter" {
  statement {
    sid = "ReadMetrics"
    actions = [
      "cloudwatch:GetMetricData",
      "cloudwatch:GetMetricStatistics",
      "cloudwatch:ListMetrics",
      "tag:GetResources",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [local.region]
    }
  }
}
