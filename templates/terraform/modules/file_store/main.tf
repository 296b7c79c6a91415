data "aws_iam_policy_document" "this" {
  # Who has a network path and the file system's address may mount, by an access point of this file system.
  statement {
    sid       = "MountByAccessPoint"
    actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    resources = [aws_efs_file_system.this.arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "elasticfilesystem:AccessedViaMountTarget"
      values   = ["true"]
    }

    condition {
      test     = "StringEquals"
      variable = "elasticfilesystem:AccessPointArn"
      values   = [for point in aws_efs_access_point.this : point.arn]
    }
  }

  statement {
    sid       = "DenyWithoutTls"
    effect    = "Deny"
    actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", "elasticfilesystem:ClientRootAccess"]
    resources = [aws_efs_file_system.this.arn]

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

resource "aws_efs_file_system" "this" {
  #checkov:skip=CKV2_AWS_18:The module backup selects it by its ARN, which checkov can't follow
  creation_token                  = "${var.name}-checkpoints"
  encrypted                       = true
  kms_key_id                      = var.key_arn
  performance_mode                = "generalPurpose"
  throughput_mode                 = var.throughput_mode
  provisioned_throughput_in_mibps = var.provisioned_mibps

  lifecycle_policy {
    transition_to_ia = var.infrequent_after_days == 1 ? "AFTER_1_DAY" : "AFTER_${var.infrequent_after_days}_DAYS"
  }

  lifecycle_policy {
    transition_to_primary_storage_class = "AFTER_1_ACCESS"
  }

  tags = { Name = "${var.name}-checkpoints" }
}

resource "aws_efs_file_system_policy" "this" {
  file_system_id = aws_efs_file_system.this.id
  policy         = data.aws_iam_policy_document.this.json
}

# The module backup has a plan of its own for this file system; EFS's automatic one would be a second copy.
resource "aws_efs_backup_policy" "this" {
  file_system_id = aws_efs_file_system.this.id

  backup_policy {
    status = "DISABLED"
  }
}

resource "aws_efs_mount_target" "this" {
  for_each = { for place, subnet in var.subnet_ids : tostring(place) => subnet }

  file_system_id  = aws_efs_file_system.this.id
  subnet_id       = each.value
  security_groups = [aws_security_group.this.id]
}

resource "aws_efs_access_point" "this" {
  for_each = var.environments

  file_system_id = aws_efs_file_system.this.id

  posix_user {
    uid = var.owner_id
    gid = var.owner_id
  }

  root_directory {
    path = "/${each.key}"

    creation_info {
      owner_uid   = var.owner_id
      owner_gid   = var.owner_id
      permissions = "0750"
    }
  }

  tags = { Name = "${var.name}-${each.key}-checkpoints", Environment = each.key }
}
