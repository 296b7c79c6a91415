# The zone, a certificate per environment, and the hosts (inventory 45).

locals {
  zone_id = var.hosted_zone_id != null ? var.hosted_zone_id : one(aws_route53_zone.this[*].zone_id)

  # The listener wants one certificate of its own; the others come by the name that a client asks for.
  default_environment = reverse(keys(var.environments))[0]
}

resource "aws_route53_zone" "this" {
  #checkov:skip=CKV2_AWS_38:signing the zone needs a record at the registrar of the parent domain, which is the owner's
  #checkov:skip=CKV2_AWS_39:queries name hosts only; the load balancer's log says who came and for what
  count = var.hosted_zone_id == null ? 1 : 0

  name          = var.domain
  comment       = "${var.name}: hosts of the platform"
  force_destroy = !var.deletion_protection

  tags = { Name = var.domain }
}

resource "aws_acm_certificate" "this" {
  for_each = local.hosts

  domain_name       = each.value
  validation_method = "DNS"

  tags = { Name = each.value, Environment = each.key }

  lifecycle {
    create_before_destroy = true
  }
}

# A certificate of one name has one record, so its parts are joined and not looked up by names known only later. ACM asks
# for the same record in every region: the second region finds the first one's, and must not take it along when it goes.
resource "aws_route53_record" "certificate" {
  for_each = var.failover == "SECONDARY" ? {} : local.hosts

  zone_id = local.zone_id
  name    = join("", [for option in aws_acm_certificate.this[each.key].domain_validation_options : option.resource_record_name])
  type    = "CNAME"
  ttl     = 300
  records = [for option in aws_acm_certificate.this[each.key].domain_validation_options : option.resource_record_value]

  allow_overwrite = true # an earlier certificate of the host may have left the same record
}

resource "aws_acm_certificate_validation" "this" {
  for_each = local.hosts

  certificate_arn         = aws_acm_certificate.this[each.key].arn
  validation_record_fqdns = var.failover == "SECONDARY" ? null : [aws_route53_record.certificate[each.key].fqdn]

  timeouts {
    create = "45m"
  }
}

resource "aws_lb_listener_certificate" "this" {
  for_each = { for environment, host in local.hosts : environment => host if environment != local.default_environment }

  listener_arn    = aws_lb_listener.https.arn
  certificate_arn = aws_acm_certificate_validation.this[each.key].certificate_arn
}

resource "aws_route53_record" "api" {
  for_each = local.hosts

  zone_id = local.zone_id
  name    = each.value
  type    = "A"

  set_identifier  = var.failover == null ? null : lower(var.failover)
  health_check_id = var.failover == null ? null : aws_route53_health_check.this[each.key].id

  # The load balancer's own health would let a service that stands still in dev take prod along.
  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = false
  }

  dynamic "failover_routing_policy" {
    for_each = var.failover == null ? [] : [var.failover]

    content {
      type = failover_routing_policy.value
    }
  }
}
