# Access logs by standard logging v2, whose deliveries live in us-east-1. Without queries: a signature opens an image.

locals {
  logs_count = var.access_logs ? 1 : 0
}

resource "aws_cloudwatch_log_delivery_source" "this" {
  count  = local.logs_count
  region = "us-east-1"

  name         = local.prefix
  log_type     = "ACCESS_LOGS"
  resource_arn = aws_cloudfront_distribution.this.arn

  tags = { Name = local.prefix, Environment = var.environment }
}

resource "aws_cloudwatch_log_delivery_destination" "this" {
  count  = local.logs_count
  region = "us-east-1"

  name          = local.prefix
  output_format = "json"

  delivery_destination_configuration {
    destination_resource_arn = "${var.logs_bucket_arn}/${var.logs_prefix}"
  }

  tags = { Name = local.prefix, Environment = var.environment }
}

resource "aws_cloudwatch_log_delivery" "this" {
  count  = local.logs_count
  region = "us-east-1"

  delivery_source_name     = aws_cloudwatch_log_delivery_source.this[0].name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.this[0].arn
  record_fields = [
    "date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(Host)", "cs-uri-stem", "sc-status",
    "cs(Referer)", "cs(User-Agent)", "x-edge-result-type", "x-edge-request-id", "x-host-header", "cs-protocol",
    "cs-bytes", "time-taken", "ssl-protocol", "ssl-cipher", "x-edge-response-result-type", "cs-protocol-version",
    "time-to-first-byte", "x-edge-detailed-result-type", "sc-content-type", "sc-content-len",
  ]

  tags = { Name = local.prefix, Environment = var.environment }
}
