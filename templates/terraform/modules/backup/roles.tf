# One role copies, another restores, so that what makes backups can't write over what it backs up. AWS keeps the policies
# of both in step with what the service needs; only AWS Backup, for this account, can be either.
locals {
  policies = "arn:${local.partition}:iam::aws:policy"
  saves_s3 = contains(keys(local.plans), "images")

  backup_policies = local.backs_up ? merge(
    { any = "${local.policies}/service-role/AWSBackupServiceRolePolicyForBackup" },
    local.saves_s3 ? { s3 = "${local.policies}/AWSBackupServiceRolePolicyForS3Backup" } : {},
  ) : {}

  restore_policies = local.backs_up ? merge(
    { any = "${local.policies}/service-role/AWSBackupServiceRolePolicyForRestores" },
    local.saves_s3 ? { s3 = "${local.policies}/AWSBackupServiceRolePolicyForS3Restore" } : {},
  ) : {}
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["backup.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.this.account_id]
    }
  }
}

resource "aws_iam_role" "backup" {
  count = local.backs_up ? 1 : 0

  name               = "${var.name}-backup"
  description        = "AWS Backup copies what the plans of ${var.name} name"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "backup" {
  for_each = local.backup_policies

  role       = aws_iam_role.backup[0].name
  policy_arn = each.value
}

resource "aws_iam_role" "restore" {
  count = local.backs_up ? 1 : 0

  name               = "${var.name}-restore"
  description        = "AWS Backup restores copies of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "restore" {
  for_each = local.restore_policies

  role       = aws_iam_role.restore[0].name
  policy_arn = each.value
}
