# GitHub Actions, without a stored key: a job of one repository and one GitHub environment takes one role. Pull requests
# run in no environment and get none (correction G4).

locals {
  github_roles = var.github == null ? {} : var.github.environments
  github_names = split("/", try(var.github.repository, "/"))

  # GitHub signs with ids beside the names for repositories made or renamed since July 2026, and for those that ask for it.
  github_repository = (
    try(var.github.repository_id, null) == null ? join("/", local.github_names) :
    "${local.github_names[0]}@${var.github.owner_id}/${local.github_names[1]}@${var.github.repository_id}"
  )

  # An account has one provider of a URL: another project may have made it.
  github_makes_provider = var.github == null ? false : var.github.provider_arn == null
  github_provider_arn   = local.github_makes_provider ? one(aws_iam_openid_connect_provider.github[*].arn) : try(var.github.provider_arn, null)
}

resource "aws_iam_openid_connect_provider" "github" {
  count = local.github_makes_provider ? 1 : 0

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]

  tags = { Name = "github-actions" }
}

data "aws_iam_policy_document" "github_trust" {
  for_each = local.github_roles

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.github_provider_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${local.github_repository}:environment:${each.value.environment}"]
    }
  }
}

data "aws_iam_policy_document" "github" {
  for_each = local.github_roles

  # A login takes no resource.
  statement {
    sid       = "LogIn"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  # Reading images and their findings, and giving a tag to what is there. Tags are immutable: a second release of a
  # name is refused. ECR has no condition on the name of a tag, so either role can give any free name: who deploys a
  # release must go by the digest that the release names.
  statement {
    sid = "ReadAndTag"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:DescribeImages",
      "ecr:DescribeImageScanFindings",
      "ecr:GetDownloadUrlForLayer",
      "ecr:PutImage",
    ]
    resources = var.repository_arns
  }

  # New layers.
  dynamic "statement" {
    for_each = each.value.may_upload ? [var.repository_arns] : []

    content {
      sid       = "Upload"
      actions   = ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart"]
      resources = statement.value
    }
  }
}

resource "aws_iam_role" "github" {
  for_each = local.github_roles

  name                 = "${var.name}-github-${each.key}-${local.region}"
  description          = "GitHub environment ${each.value.environment} of ${var.github.repository}"
  assume_role_policy   = data.aws_iam_policy_document.github_trust[each.key].json
  max_session_duration = 3600

  tags = { Name = "${var.name}-github-${each.key}", Environment = each.key }
}

resource "aws_iam_role_policy" "github" {
  for_each = local.github_roles

  name   = "images"
  role   = aws_iam_role.github[each.key].id
  policy = data.aws_iam_policy_document.github[each.key].json
}
