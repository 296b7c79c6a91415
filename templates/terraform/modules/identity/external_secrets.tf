# External Secrets reads with the identity of the namespace that asks: a SecretStore names a service account of its own
# namespace (auth.jwt), and only that account's token opens the role. The controller has no permissions, so a store in
# dev cannot ask it for prod's secrets (corrections N3, N12). This is the one use of web identity.

locals {
  issuer = trimprefix(var.oidc_issuer_url, "https://")

  # Role => namespace, the secrets it may read, and their key.
  secret_readers = merge(
    {
      for environment, each in var.environments : "${environment}/secrets" => {
        environment = environment, namespace = each.namespace, secret_arns = each.secret_arns, key_arn = each.key_arn
      }
    },
    {
      for namespace, arns in var.platform_secret_arns : "${namespace}/secrets" => {
        environment = null, namespace = namespace, secret_arns = arns, key_arn = var.shared_key_arn
      }
    },
  )
}

resource "aws_iam_openid_connect_provider" "cluster" {
  url            = var.oidc_issuer_url
  client_id_list = ["sts.amazonaws.com"]

  tags = { Name = var.cluster_name }
}

data "aws_iam_policy_document" "secrets_trust" {
  for_each = local.secret_readers

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.cluster.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["system:serviceaccount:${each.value.namespace}:${var.secrets_service_account}"]
    }
  }
}

data "aws_iam_policy_document" "secrets" {
  for_each = local.secret_readers

  statement {
    sid = "ReadSecrets"
    actions = [
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetResourcePolicy",
      "secretsmanager:GetSecretValue",
      "secretsmanager:ListSecretVersionIds",
    ]
    resources = each.value.secret_arns
  }

  statement {
    sid       = "EncryptedSecrets"
    actions   = ["kms:Decrypt"]
    resources = [each.value.key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${local.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "secrets" {
  for_each = local.secret_readers

  name               = "${var.name}-${replace(each.key, "/", "-")}-${local.region}"
  description        = "External Secrets for namespace ${each.value.namespace} of ${var.cluster_name}"
  assume_role_policy = data.aws_iam_policy_document.secrets_trust[each.key].json

  tags = merge(
    { Name = "${var.name}-${replace(each.key, "/", "-")}" },
    each.value.environment == null ? {} : { Environment = each.value.environment },
  )
}

resource "aws_iam_role_policy" "secrets" {
  for_each = local.secret_readers

  name   = "read"
  role   = aws_iam_role.secrets[each.key].id
  policy = data.aws_iam_policy_document.secrets[each.key].json
}
