# What stands already and is the platform's own: the zone of the domain, which bootstrap makes before certificates wait
# for its delegation, and secrets that it brought back from their deletion. What is in the state already stays as it is.

import {
  for_each = var.adopted.hosted_zone_id == null ? [] : [var.adopted.hosted_zone_id]

  to = module.edge.aws_route53_zone.this[0]
  id = each.value
}

import {
  for_each = var.adopted.secret_arns

  to = module.secrets.aws_secretsmanager_secret.this[each.key]
  id = each.value
}
