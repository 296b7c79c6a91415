# One cluster, one load balancer and one database for both environments; what they must not share
# is a map with the keys dev and prod.

locals {
  environments = toset(keys(var.environments))
  cluster_name = "${var.platform.name}-shared-eks"

  # The database that each environment uses.
  databases = {
    dev  = module.database
    prod = module.database
  }
}

module "keys" {
  source = "../modules/keys"

  name         = var.platform.name
  environments = local.environments
}

module "network" {
  source = "../modules/network"

  name                  = var.platform.name
  cluster_name          = local.cluster_name
  vpc_cidr              = var.network.vpc_cidr
  availability_zone_ids = var.network.availability_zone_ids
  excluded_zone_ids     = var.network.excluded_zone_ids
  public_subnets        = var.network.public_subnets
  private_subnets       = var.network.private_subnets
  database_subnets      = var.network.database_subnets
  nat_mode              = var.network.nat_mode
  interface_endpoints   = var.network.interface_endpoints
  flow_logs             = var.network.flow_logs
  key_arn               = module.keys.key_arns["shared"]
}

module "cluster" {
  source = "../modules/cluster"

  name                    = local.cluster_name
  environments            = local.environments
  vpc_id                  = module.network.vpc_id
  private_subnet_ids      = module.network.private_subnet_ids
  kubernetes_version      = var.cluster.kubernetes_version
  support_type            = var.cluster.support_type
  api_allowed_cidrs       = var.cluster.api_allowed_cidrs
  administrator_role_arns = var.cluster.administrator_role_arns
  control_plane_logs      = var.cluster.control_plane_logs
  log_retention_days      = var.cluster.log_retention_days
  prefix_delegation       = var.cluster.prefix_delegation
  deletion_protection     = var.cluster.deletion_protection
  system_nodes            = var.cluster.system_nodes
  key_arn                 = module.keys.key_arns["shared"]
  optional_addons         = var.cluster.optional_addons
  file_system_arns        = [module.file_store.file_system_arn]
}

module "database" {
  source = "../modules/database"

  name                       = "${var.platform.name}-shared-aurora"
  allowed_security_group_ids = module.cluster.node_security_group_ids
  key_arn                    = module.keys.key_arns["shared"]
  vpc_id                     = module.network.vpc_id
  subnet_ids                 = module.network.database_subnet_ids
  zone_names                 = module.network.zone_names
  engine_version             = var.database.engine_version
  database_name              = var.database.database_name
  port                       = var.database.port
  min_acu                    = var.database.min_acu
  max_acu                    = var.database.max_acu
  readers                    = var.database.readers
  reader_promotion_tier      = var.database.reader_promotion_tier
  io_optimized               = var.database.io_optimized
  backup_retention_days      = var.database.backup_retention_days
  backup_window              = var.database.backup_window
  maintenance_window         = var.database.maintenance_window
  minimum_tls                = var.database.minimum_tls
  password_rotation_days     = var.database.password_rotation_days
  performance_insights       = var.database.performance_insights
  log_retention_days         = var.monitoring.log_retention_days
  deletion_protection        = var.database.deletion_protection
}

module "cache" {
  source   = "../modules/cache"
  for_each = local.environments

  name                      = var.platform.name
  environment               = each.key
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.database_subnet_ids
  zone_names                = module.network.zone_names
  allowed_security_group_id = module.cluster.node_security_group_ids[each.key]
  key_arn                   = module.keys.key_arns[each.key]
  engine_version            = var.cache[each.key].engine_version
  node_type                 = var.cache[each.key].node_type
  nodes                     = var.cache[each.key].nodes
  port                      = var.cache[each.key].port
  snapshot_retention_days   = var.cache[each.key].snapshot_retention_days
  snapshot_window           = var.cache[each.key].snapshot_window
  maintenance_window        = var.cache[each.key].maintenance_window
  maxmemory_policy          = var.cache[each.key].maxmemory_policy
  notification_topic_arn    = module.observability.topic_arn
  log_retention_days        = var.monitoring.log_retention_days
}

module "secrets" {
  source = "../modules/secrets"

  name            = var.platform.name
  environments    = local.environments
  per_environment = var.secrets.per_environment
  shared          = var.secrets.shared
  recovery_days   = var.secrets.recovery_days
  key_arns        = module.keys.key_arns
}

module "registry" {
  source = "../modules/registry"

  name                = var.platform.name
  repositories        = var.registry.repositories
  immutable_tags      = var.registry.immutable_tags
  scan_on_push        = var.registry.scan_on_push
  kept_images         = var.registry.kept_images
  untagged_days       = var.registry.untagged_days
  deletion_protection = var.cluster.deletion_protection
  key_arn             = module.keys.key_arns["shared"]
}

module "gpu_nodes" {
  source = "../modules/gpu_nodes"

  cluster_name             = module.cluster.cluster_name
  cluster_arn              = module.cluster.cluster_arn
  create_spot_service_role = var.gpu_nodes.create_spot_service_role
}

module "object_store" {
  source = "../modules/object_store"

  name                = var.platform.name
  suffix              = var.object_store.suffix
  buckets             = var.object_store.buckets
  key_arns            = module.keys.key_arns
  deletion_protection = var.database.deletion_protection

  image_distribution_arns = { for environment, distribution in module.cdn : environment => distribution.distribution_arn }
}

module "file_store" {
  source = "../modules/file_store"

  name                       = var.platform.name
  environments               = local.environments
  vpc_id                     = module.network.vpc_id
  subnet_ids                 = module.network.private_subnet_ids
  allowed_security_group_ids = module.cluster.node_security_group_ids
  key_arn                    = module.keys.key_arns["shared"]
  throughput_mode            = var.file_store.throughput_mode
  provisioned_mibps          = var.file_store.provisioned_mibps
  infrequent_after_days      = var.file_store.infrequent_after_days
}

module "edge" {
  source = "../modules/edge"

  name              = var.platform.name
  vpc_id            = module.network.vpc_id
  public_subnet_ids = module.network.public_subnet_ids
  domain            = var.platform.domain
  hosted_zone_id    = var.edge.hosted_zone_id
  environments = {
    for name, environment in var.environments : name => {
      api_host               = environment.api_host
      allowed_cidrs          = environment.allowed_cidrs
      node_security_group_id = module.cluster.node_security_group_ids[name]
    }
  }
  services             = var.services
  tls_policy           = var.edge.tls_policy
  redirect_http        = var.edge.redirect_http
  idle_timeout_seconds = var.edge.idle_timeout_seconds
  health_check_path    = var.edge.health_check_path
  health_check_seconds = var.edge.health_check_seconds
  drain_seconds        = var.edge.drain_seconds
  deletion_protection  = var.edge.deletion_protection
  firewall             = var.firewall
  logs_bucket          = module.object_store.logs_bucket.name
  log_retention_days   = var.monitoring.log_retention_days
  key_arn              = module.keys.key_arns["shared"]
}

module "cdn" {
  source   = "../modules/cdn"
  for_each = local.environments

  name        = var.platform.name
  environment = each.key
  host        = "${var.environments[each.key].images_host}.${var.platform.domain}"
  zone_id     = module.edge.zone_id
  bucket = {
    id                   = module.object_store.bucket_names["${each.key}_images"]
    regional_domain_name = module.object_store.bucket_regional_domain_names["${each.key}_images"]
  }
  minimum_tls       = var.cdn[each.key].minimum_tls
  price_class       = var.cdn[each.key].price_class
  public_keys       = lookup(var.image_url_keys, each.key, {})
  blocked_countries = var.firewall.blocked_countries
  web_acl           = var.cdn[each.key].web_acl
  firewall = {
    enforce             = var.firewall.enforce
    rate_window_seconds = var.firewall.rate_window_seconds
  }
  logs_bucket_arn    = module.object_store.logs_bucket.arn
  log_retention_days = var.monitoring.log_retention_days
  log_key_arn        = module.keys.key_arns[each.key]
}

module "backup" {
  source = "../modules/backup"

  name                = var.platform.name
  key_arn             = module.keys.key_arns["shared"]
  plans               = var.backup.plans
  restore_testing     = var.backup.restore_testing
  locked_vault        = var.backup.locked_vault
  deletion_protection = var.database.deletion_protection
  image_bucket_arns   = [module.object_store.bucket_arns["prod_images"]]
  file_system_arn     = module.file_store.file_system_arn
}

module "observability" {
  source = "../modules/observability"

  name               = var.platform.name
  environments       = local.environments
  key_arns           = module.keys.key_arns
  log_retention_days = var.monitoring.log_retention_days
  owner_email        = var.platform.owner_email
  databases = {
    shared = { identifier = module.database.cluster_identifier, always_on = true }
  }
  caches = {
    for environment, cache in module.cache : environment => {
      replication_group_id = cache.replication_group_id
      nodes                = var.cache[environment].nodes
    }
  }
  load_balancer_arn_suffix = module.edge.load_balancer_arn_suffix
  target_groups            = module.edge.target_group_arn_suffixes
  certificate_arns         = merge(module.edge.certificate_arns, { for environment, one in module.cdn : "${environment}-images" => one.certificate_arn })
  nat_gateway_ids          = module.network.nat_gateway_ids
  interruption_queues      = { karpenter = module.gpu_nodes.queue_name }
  thresholds               = var.monitoring.thresholds
  monthly_budget_usd       = var.budget.monthly_budget_usd
  alert_at_percent         = var.budget.alert_at_percent
}

module "identity" {
  source = "../modules/identity"

  name            = var.platform.name
  cluster_name    = module.cluster.cluster_name
  cluster_arn     = module.cluster.cluster_arn
  oidc_issuer_url = module.cluster.oidc_issuer_url
  environments = {
    for name, environment in var.environments : name => {
      namespace             = environment.namespace
      images_bucket_arn     = module.object_store.bucket_arns["${name}_images"]
      key_arn               = module.keys.key_arns[name]
      secret_arns           = [for path, arn in module.secrets.secret_arns : arn if startswith(path, "${name}/")]
      publishes_checkpoints = environment.publishes_checkpoints
    }
  }
  platform_secret_arns = {
    for namespace, names in var.secrets.readers : namespace => [
      for name in names : module.secrets.secret_arns["shared/${name}"]
    ]
  }
  checkpoints_bucket_arn = module.object_store.bucket_arns["checkpoints"]
  logs_bucket_arn        = module.object_store.bucket_arns["logs"]
  shared_key_arn         = module.keys.key_arns["shared"]
  log_group_arns         = values(module.observability.log_group_arns)
  target_group_arns      = values(module.edge.target_group_arns)
  repository_arns        = values(module.registry.repository_arns)
  github                 = var.delivery
}
