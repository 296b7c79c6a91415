mock_provider "aws" {
  mock_resource "aws_acm_certificate" {
    defaults = { arn = "arn:aws:acm:us-east-1:111122223333:certificate/1" }
  }
  mock_resource "aws_cloudfront_distribution" {
    defaults = { arn = "arn:aws:cloudfront::111122223333:distribution/E1" }
  }
  mock_resource "aws_cloudfront_function" {
    defaults = { arn = "arn:aws:cloudfront::111122223333:function/refuse" }
  }
  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/pingvas-prod-images/2" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:111122223333:log-group:aws-waf-logs-pingvas-prod-images" }
  }
  mock_resource "aws_cloudwatch_log_delivery_destination" {
    defaults = { arn = "arn:aws:logs:us-east-1:111122223333:delivery-destination:pingvas-prod-images" }
  }
}

variables {
  name        = "pingvas"
  environment = "prod"
  host        = "images.pingvas.example.com"
  zone_id     = "Z123"
  bucket = {
    id                   = "pingvas-prod-images-111122223333"
    regional_domain_name = "pingvas-prod-images-111122223333.s3.us-east-1.amazonaws.com"
  }
  public_keys = {
    first = <<-EOT
      -----BEGIN PUBLIC KEY-----
      MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEoqEcHR8qK2VqUTLfPpLmVnG7ZkYe
      2XyE3Jq0v0s4Nf2r6z3bK3S1m1m8nD1qX1r0Q4d9l1bY4j2c1pQm1c5wqA==
      -----END PUBLIC KEY-----
    EOT
  }
  logs_bucket_arn = "arn:aws:s3:::pingvas-logs-shared-111122223333"
}

run "inventory_44_images_and_thumbnails_are_served" {
  command = plan

  assert {
    condition     = aws_cloudfront_distribution.this.ordered_cache_behavior[*].path_pattern == tolist(["images/*", "thumbnails/*"])
    error_message = "What the gallery signs, and nothing else."
  }
  assert {
    condition = alltrue([
      for behavior in aws_cloudfront_distribution.this.ordered_cache_behavior :
      behavior.allowed_methods == toset(["GET", "HEAD"]) && behavior.viewer_protocol_policy == "https-only"
    ])
    error_message = "Reading only, by HTTPS only."
  }
  assert {
    condition     = one(aws_cloudfront_distribution.this.origin).domain_name == var.bucket.regional_domain_name
    error_message = "From the environment's own bucket."
  }
  assert {
    condition     = output.url == "https://images.pingvas.example.com" && aws_cloudfront_distribution.this.aliases == toset(["images.pingvas.example.com"])
    error_message = "Under the environment's host."
  }
  assert {
    condition     = toset(keys(aws_route53_record.host)) == toset(["A", "AAAA"])
    error_message = "The host leads there by IPv4 and IPv6."
  }
}

# Ids are known only when applied.
run "n11_signed_addresses_only" {
  command = apply

  assert {
    condition = alltrue([
      for behavior in aws_cloudfront_distribution.this.ordered_cache_behavior :
      behavior.trusted_key_groups == tolist([output.key_group_id]) && length(behavior.function_association) == 0
    ])
    error_message = "Viewers need an address that a key of the group signed."
  }
  assert {
    condition     = aws_cloudfront_key_group.this[0].items == toset(values(output.public_key_ids)) && keys(output.public_key_ids) == ["first"]
    error_message = "The group holds the given keys."
  }
  assert {
    condition     = one(aws_cloudfront_distribution.this.default_cache_behavior[0].function_association).function_arn == aws_cloudfront_function.refuse.arn
    error_message = "Uploads and exports are refused, signed or not."
  }
  assert {
    condition     = one(aws_cloudfront_distribution.this.origin).origin_access_control_id == aws_cloudfront_origin_access_control.this.id
    error_message = "CloudFront signs what it asks of the bucket."
  }
}

run "n11_nobody_without_a_key" {
  command = apply

  variables {
    public_keys = {}
  }

  assert {
    condition     = length(aws_cloudfront_key_group.this) == 0 && output.key_group_id == null
    error_message = "A group without keys cannot be."
  }
  assert {
    condition = alltrue([
      for behavior in aws_cloudfront_distribution.this.ordered_cache_behavior :
      one(behavior.function_association).function_arn == aws_cloudfront_function.refuse.arn
      && one(behavior.function_association).event_type == "viewer-request"
    ])
    error_message = "Until a key is known every viewer is refused."
  }
  assert {
    condition     = strcontains(aws_cloudfront_function.refuse.code, "statusCode: 403") && aws_cloudfront_function.refuse.publish
    error_message = "The function refuses."
  }
}

run "n11_the_bucket_is_asked_with_a_signature" {
  command = plan

  assert {
    condition     = aws_cloudfront_origin_access_control.this.signing_behavior == "always" && aws_cloudfront_origin_access_control.this.signing_protocol == "sigv4"
    error_message = "Always, so that the bucket can stay closed."
  }
}

run "n11_a_new_key_beside_the_old_one" {
  command = plan

  variables {
    public_keys = {
      first  = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
      second = "-----BEGIN PUBLIC KEY-----\nBBBB\n-----END PUBLIC KEY-----"
    }
  }

  assert {
    condition     = length(distinct([for key in aws_cloudfront_public_key.this : key.name])) == 2
    error_message = "Both are known while the gallery changes over."
  }
  assert {
    condition     = alltrue([for key in aws_cloudfront_public_key.this : endswith(key.encoded_key, "-----\n")])
    error_message = "CloudFront gives keys back with one newline at the end."
  }
}

run "n11_refuses_a_private_key" {
  command = plan

  variables {
    public_keys = { first = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----" }
  }

  expect_failures = [var.public_keys]
}

run "n7_tls_1_3_towards_viewers" {
  command = plan

  assert {
    condition     = one(aws_cloudfront_distribution.this.viewer_certificate).minimum_protocol_version == "TLSv1.3_2025"
    error_message = "TLS 1.3."
  }
  assert {
    condition     = aws_acm_certificate.this.region == "us-east-1" && aws_acm_certificate.this.domain_name == var.host
    error_message = "CloudFront takes certificates of us-east-1 only."
  }
  assert {
    condition     = output.certificate_arn == aws_acm_certificate.this.arn
    error_message = "Nobody could watch when it ends."
  }
}

run "n7_refuses_an_old_policy" {
  command = plan

  variables {
    minimum_tls = "TLSv1.2_2021"
  }

  expect_failures = [var.minimum_tls]
}

run "n10_its_own_firewall_in_us_east_1" {
  command = apply

  assert {
    condition     = aws_wafv2_web_acl.this[0].scope == "CLOUDFRONT" && aws_wafv2_web_acl.this[0].region == "us-east-1"
    error_message = "The scope of CloudFront lives in us-east-1."
  }
  assert {
    condition     = aws_cloudfront_distribution.this.web_acl_id == aws_wafv2_web_acl.this[0].arn
    error_message = "It is attached."
  }
  assert {
    condition     = [for rule in jsondecode(aws_wafv2_web_acl.this[0].rule_json) : rule.Name] == ["rate", "AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet"]
    error_message = "A rate, addresses of bad repute, known bad inputs."
  }
  assert {
    condition     = alltrue([for rule in local.managed_rules : jsonencode(rule.OverrideAction) == jsonencode({ Count = {} })])
    error_message = "It counts first."
  }
}

run "n10_enforced" {
  command = plan

  variables {
    firewall = { enforce = true, rate_limit = 500, rate_window_seconds = 60 }
  }

  assert {
    condition     = local.rate_rules[0].Action.Block.CustomResponse.ResponseCode == 429 && local.rate_rules[0].Statement.RateBasedStatement.Limit == 500
    error_message = "Too many requests are answered so."
  }
  assert {
    condition     = alltrue([for rule in local.managed_rules : jsonencode(rule.OverrideAction) == jsonencode({ None = {} })])
    error_message = "Groups act as they are."
  }
}

run "n10_without_a_firewall" {
  command = plan

  variables {
    web_acl = false
  }

  assert {
    condition     = length(aws_wafv2_web_acl.this) == 0 && length(aws_cloudwatch_log_group.firewall) == 0 && output.web_acl_arn == null
    error_message = "Off leaves nothing behind."
  }
}

run "d11_firewall_records_have_an_end" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.firewall[0].name == "aws-waf-logs-pingvas-prod-images" && aws_cloudwatch_log_group.firewall[0].retention_in_days == 30
    error_message = "WAF writes to groups of this prefix; records leave after 30 days."
  }
  assert {
    condition     = length(aws_wafv2_web_acl_logging_configuration.this[0].redacted_fields[0].query_string) == 1
    error_message = "No signature is kept."
  }
}

run "access_logs_hold_no_signature" {
  command = plan

  assert {
    condition     = !contains(aws_cloudwatch_log_delivery.this[0].record_fields, "cs-uri-query") && !contains(aws_cloudwatch_log_delivery.this[0].record_fields, "cs(Cookie)")
    error_message = "Whoever reads logs opens no image."
  }
  assert {
    condition     = one(aws_cloudwatch_log_delivery_destination.this[0].delivery_destination_configuration).destination_resource_arn == "arn:aws:s3:::pingvas-logs-shared-111122223333/cloudfront"
    error_message = "Into their folder of the logs bucket."
  }
  assert {
    condition     = aws_cloudwatch_log_delivery_source.this[0].region == "us-east-1"
    error_message = "Deliveries of CloudFront live in us-east-1."
  }
}

run "access_logs_off" {
  command = plan

  variables {
    access_logs     = false
    logs_bucket_arn = null
  }

  assert {
    condition     = length(aws_cloudwatch_log_delivery.this) == 0 && length(aws_cloudwatch_log_delivery_source.this) == 0
    error_message = "Off leaves nothing behind."
  }
}

run "refuses_access_logs_without_a_bucket" {
  command = plan

  variables {
    logs_bucket_arn = null
  }

  expect_failures = [var.logs_bucket_arn]
}

run "inventory_44_one_copy_serves_every_address" {
  command = plan

  assert {
    condition = alltrue([
      for parameters in aws_cloudfront_cache_policy.this.parameters_in_cache_key_and_forwarded_to_origin :
      one(parameters.query_strings_config).query_string_behavior == "none" && one(parameters.cookies_config).cookie_behavior == "none"
      && one(parameters.headers_config).header_behavior == "none"
    ])
    error_message = "The path alone names a copy."
  }
  assert {
    condition     = aws_cloudfront_distribution.this.price_class == "PriceClass_200"
    error_message = "Korea is in 200."
  }
}

run "inventory_53_blocked_countries" {
  command = plan

  variables {
    blocked_countries = ["KP"]
  }

  assert {
    condition     = one(one(aws_cloudfront_distribution.this.restrictions).geo_restriction).restriction_type == "blacklist"
    error_message = "They are turned away."
  }
}

run "pages_that_read_pixels" {
  command = plan

  variables {
    cors_origins = ["https://app.pingvas.example.com"]
  }

  assert {
    condition     = one(one(aws_cloudfront_response_headers_policy.this.cors_config).access_control_allow_origins).items == toset(["https://app.pingvas.example.com"])
    error_message = "Named origins only."
  }
}

run "refuses_an_origin_with_a_wildcard" {
  command = plan

  variables {
    cors_origins = ["https://*.example.com"]
  }

  expect_failures = [var.cors_origins]
}

run "refuses_a_log_key_of_another_region" {
  command = plan

  variables {
    log_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/shared"
  }

  expect_failures = [var.log_key_arn]
}

run "n14_refuses_a_host_without_a_domain" {
  command = plan

  variables {
    host = "images"
  }

  expect_failures = [var.host]
}
