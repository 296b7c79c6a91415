# Empty secrets. The bootstrap and people fill them by the API, so no value is in configuration, plan or state.

locals {
  owned = {
    for pair in setproduct(var.environments, var.per_environment) : "${pair[0]}/${pair[1]}" => pair[0]
  }
  of_platform = { for secret in var.shared : "shared/${secret}" => "shared" }

  # Path => the environment it belongs to, or shared.
  secrets = merge(local.owned, local.of_platform)
}

resource "aws_secretsmanager_secret" "this" {
  #checkov:skip=CKV2_AWS_57:values are of other systems or rotated together with their account by the bootstrap; Aurora rotates its own master secret
  for_each = local.secrets

  name                    = "${var.name}/${each.key}"
  description             = "${var.name}: ${split("/", each.key)[1]} of ${each.value == "shared" ? "the platform" : each.value}"
  kms_key_id              = var.key_arns[each.value]
  recovery_window_in_days = var.recovery_days

  dynamic "replica" {
    for_each = var.replica == null ? [] : [var.replica]

    content {
      region     = replica.value.region
      kms_key_id = replica.value.key_arns[each.value]
    }
  }

  tags = merge({ Name = "${var.name}/${each.key}" }, each.value == "shared" ? {} : { Environment = each.value })
}
