# What each program does here, as services/dispatch does it. Keys of the other environment, the server's
# administration, scripts that stay and other people's channels are out of reach.
locals {
  keys = "{pingvas:${var.environment}}"

  # Sign-in, plain commands on its own keys, MULTI, and scripts that are sent by their text or digest.
  queue_commands = "-@all +@connection +@read +@write +@transaction +eval +evalsha +script|load +script|exists +time -@admin -@dangerous"

  access_strings = {
    # INFO names the run of the server, by which a loss of the queue is noticed.
    services = "on ~${local.keys}* resetchannels ${local.queue_commands} +info"
    worker   = "on ~${local.keys}* resetchannels ${local.queue_commands}"
    # How much waits, and how the server is. Nothing that a person made can be read.
    exporter = join(" ", [
      "on ~${local.keys}:*:depth ~${local.keys}:*:leases ~${local.keys}:*:delayed ~${local.keys}:*:dead ~${local.keys}:results",
      "resetchannels -@all +@connection +type +exists +get +strlen +zcard +xlen -@admin -@dangerous +info +slowlog|get +slowlog|len +latency|latest",
    ])
  }
}

# A group must have a user named default. This one can do nothing, so who doesn't sign in can do nothing.
resource "aws_elasticache_user" "default" {
  user_id              = "${local.id}-default"
  user_name            = "default"
  engine               = "redis"
  access_string        = "off -@all"
  no_password_required = true
  tags                 = local.tags
}

# Made disabled and without rights. The bootstrap sets password and access_strings in one call (ModifyUser), so no
# password is ever in a configuration, a plan or a state.
resource "aws_elasticache_user" "this" {
  for_each = var.users

  user_id              = "${local.id}-${each.key}"
  user_name            = each.key
  engine               = "redis"
  access_string        = "off -@all"
  no_password_required = true
  tags                 = local.tags

  lifecycle {
    ignore_changes = [access_string, authentication_mode, no_password_required, passwords]
  }
}

resource "aws_elasticache_user_group" "this" {
  user_group_id = "${local.id}-cache"
  engine        = "redis"
  user_ids      = concat([aws_elasticache_user.default.user_id], [for user in aws_elasticache_user.this : user.user_id])
  tags          = local.tags
}
