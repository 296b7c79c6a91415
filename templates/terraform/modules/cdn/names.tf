# The host and its certificate. CloudFront takes certificates of us-east-1 only.

resource "aws_acm_certificate" "this" {
  region = "us-east-1"

  domain_name       = var.host
  validation_method = "DNS"

  tags = { Name = var.host, Environment = var.environment }

  lifecycle {
    create_before_destroy = true
  }
}

# A certificate of one name has one record.
resource "aws_route53_record" "certificate" {
  zone_id = var.zone_id
  name    = join("", [for option in aws_acm_certificate.this.domain_validation_options : option.resource_record_name])
  type    = "CNAME"
  ttl     = 300
  records = [for option in aws_acm_certificate.this.domain_validation_options : option.resource_record_value]

  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  region = "us-east-1"

  certificate_arn         = aws_acm_certificate.this.arn
  validation_record_fqdns = [aws_route53_record.certificate.fqdn]

  timeouts {
    create = "45m"
  }
}

resource "aws_route53_record" "host" {
  for_each = toset(["A", "AAAA"])

  zone_id = var.zone_id
  name    = var.host
  type    = each.key

  alias {
    name                   = aws_cloudfront_distribution.this.domain_name
    zone_id                = aws_cloudfront_distribution.this.hosted_zone_id
    evaluate_target_health = false
  }
}
