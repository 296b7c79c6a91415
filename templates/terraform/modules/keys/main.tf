# A key per environment and one for the platform: whoever reads dev's data cannot read prod's (correction N3).

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  keys = setunion(var.environments, ["shared"])

  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
}

resource "aws_kms_key" "this" {
  for_each = local.keys

  description             = each.key == "shared" ? "${var.name}: the platform itself" : "${var.name}: data of ${each.key}"
  enable_key_rotation     = true
  rotation_period_in_days = var.rotation_days
  deletion_window_in_days = var.deletion_window_days
  policy                  = data.aws_iam_policy_document.this[each.key].json

  tags = merge({ Name = "${var.name}-${each.key}" }, each.key == "shared" ? {} : { Environment = each.key })
}

resource "aws_kms_alias" "this" {
  for_each = aws_kms_key.this

  name          = "alias/${var.name}-${each.key}"
  target_key_id = each.value.key_id
}
