# Who may sign addresses. Public keys only: the private ones are made by the bootstrap and lie in Secrets Manager.

# A key cannot be changed, so its name carries a part of its content and a new one is there before the old one goes.
resource "aws_cloudfront_public_key" "this" {
  for_each = var.public_keys

  name        = "${local.prefix}-${each.key}-${substr(sha256(trimspace(each.value)), 0, 8)}"
  comment     = "Signs addresses of images in ${var.environment}"
  encoded_key = "${trimspace(each.value)}\n"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_key_group" "this" {
  count = local.signed ? 1 : 0

  name    = local.prefix
  comment = "Sign addresses of images in ${var.environment}"
  items   = [for key in aws_cloudfront_public_key.this : key.id]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_function" "refuse" {
  name    = "${local.prefix}-refuse"
  comment = "Refuses every viewer"
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = <<-EOT
    function handler(event) {
      return { statusCode: 403, statusDescription: 'Forbidden' };
    }
  EOT
}
