# Images of one environment, by signed addresses alone (inventory 44, correction N11).

locals {
  prefix = "${var.name}-${var.environment}-images"

  # The gallery signs addresses of these keys and of no others.
  paths = ["images/*", "thumbnails/*"]

  signed = length(var.public_keys) > 0
}

resource "aws_cloudfront_distribution" "this" {
  #checkov:skip=CKV_AWS_86:access logs go by standard logging v2 (logs.tf), which asks for no ACLs on the bucket
  #checkov:skip=CKV_AWS_305:there is no page at the root; every path but the images' is refused
  #checkov:skip=CKV_AWS_310:one bucket holds the images; the second region is a recovery, not a second origin
  #checkov:skip=CKV_AWS_374:blocked_countries restricts; by default nobody is shut out by country
  #checkov:skip=CKV2_AWS_47:the group that stops Log4j lookups is a rule of firewall.tf; checkov does not read rule_json
  #checkov:skip=CKV_AWS_174:checkov does not follow the value into the module; minimum_tls refuses all but TLSv1.2_2025 and TLSv1.3_2025
  enabled         = true
  comment         = "${var.name}: images of ${var.environment}"
  aliases         = [var.host]
  http_version    = "http2and3"
  is_ipv6_enabled = true
  price_class     = var.price_class
  web_acl_id      = one(aws_wafv2_web_acl.this[*].arn)

  origin {
    origin_id                = var.bucket.id
    domain_name              = var.bucket.regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.this.id
  }

  # Uploads, exports and whatever else lies in the bucket stay out of reach, with a signature too.
  default_cache_behavior {
    target_origin_id           = var.bucket.id
    viewer_protocol_policy     = "https-only"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = aws_cloudfront_cache_policy.this.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.refuse.arn
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.paths

    content {
      path_pattern               = ordered_cache_behavior.value
      target_origin_id           = var.bucket.id
      viewer_protocol_policy     = "https-only"
      allowed_methods            = ["GET", "HEAD"]
      cached_methods             = ["GET", "HEAD"]
      cache_policy_id            = aws_cloudfront_cache_policy.this.id
      response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
      trusted_key_groups         = aws_cloudfront_key_group.this[*].id

      # Without a key nobody could be told from anybody: all are refused.
      dynamic "function_association" {
        for_each = local.signed ? [] : [aws_cloudfront_function.refuse.arn]

        content {
          event_type   = "viewer-request"
          function_arn = function_association.value
        }
      }
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.this.certificate_arn
    minimum_protocol_version = var.minimum_tls
    ssl_support_method       = "sni-only"
  }

  restrictions {
    geo_restriction {
      restriction_type = length(var.blocked_countries) > 0 ? "blacklist" : "none"
      locations        = var.blocked_countries
    }
  }

  tags = { Name = local.prefix, Environment = var.environment }
}

# The bucket answers requests that this distribution signs, and no others.
resource "aws_cloudfront_origin_access_control" "this" {
  name                              = local.prefix
  description                       = "Reads images of ${var.environment}"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# CloudFront takes the signature's parameters out before it looks, so one copy serves every address of an image.
resource "aws_cloudfront_cache_policy" "this" {
  name        = local.prefix
  comment     = "By path alone"
  min_ttl     = 1
  default_ttl = 86400
  max_ttl     = 604800

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = false
    enable_accept_encoding_gzip   = false

    cookies_config {
      cookie_behavior = "none"
    }
    headers_config {
      header_behavior = "none"
    }
    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

# An image that a browser is led to take for a page can do nothing.
resource "aws_cloudfront_response_headers_policy" "this" {
  name    = local.prefix
  comment = "Images only"

  security_headers_config {
    strict_transport_security {
      access_control_max_age_sec = 31536000
      include_subdomains         = true
      preload                    = true
      override                   = true
    }
    content_type_options {
      override = true
    }
    content_security_policy {
      content_security_policy = "default-src 'none'; sandbox"
      override                = true
    }
    frame_options {
      frame_option = "DENY"
      override     = true
    }
    referrer_policy {
      referrer_policy = "no-referrer"
      override        = true
    }
  }

  dynamic "cors_config" {
    for_each = length(var.cors_origins) > 0 ? [var.cors_origins] : []

    content {
      access_control_allow_credentials = false
      access_control_max_age_sec       = 600
      origin_override                  = true

      access_control_allow_origins {
        items = cors_config.value
      }
      access_control_allow_methods {
        items = ["GET", "HEAD"]
      }
      access_control_allow_headers {
        items = ["*"]
      }
    }
  }
}
