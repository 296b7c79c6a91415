# What bootstrap, the cluster's manifests and releases need. Nothing here is secret.

output "cluster" {
  description = "How to reach the Kubernetes API."
  value = {
    name                  = module.cluster.cluster_name
    arn                   = module.cluster.cluster_arn
    endpoint              = module.cluster.endpoint
    certificate_authority = module.cluster.certificate_authority
    security_group_id     = module.cluster.cluster_security_group_id
  }
}

output "network" {
  description = "VPC and subnets, in the order of the zones, and the addresses that the platform calls out from."
  value = {
    vpc_id             = module.network.vpc_id
    zone_ids           = module.network.zone_ids
    private_subnet_ids = module.network.private_subnet_ids
    public_subnet_ids  = module.network.public_subnet_ids
    nat_public_ips     = module.network.nat_public_ips
  }
}

output "node_security_group_ids" {
  description = "Security group of each environment's nodes, which Karpenter attaches beside the cluster's own."
  value       = module.cluster.node_security_group_ids
}

output "gpu_nodes" {
  description = "What Karpenter is told: the nodes' role, its own role, the queue of interruptions."
  value = {
    controller_role_arn = module.gpu_nodes.controller_role_arn
    node_role_name      = module.gpu_nodes.node_role_name
    queue_name          = module.gpu_nodes.queue_name
  }
}

output "databases" {
  description = "The database of each environment, and the secret of its master user."
  value = {
    for environment, database in local.databases : environment => {
      cluster_identifier = database.cluster_identifier
      endpoint           = database.endpoint
      reader_endpoint    = database.reader_endpoint
      port               = database.port
      database_name      = database.database_name
      master_username    = database.master_username
      master_secret_arn  = database.master_secret_arn
    }
  }
}

output "caches" {
  description = "The cache of each environment, its users, and the rights that they get with their passwords."
  value = {
    for environment, cache in module.cache : environment => {
      replication_group_id = cache.replication_group_id
      primary_endpoint     = cache.primary_endpoint
      reader_endpoint      = cache.reader_endpoint
      port                 = cache.port
      user_group_id        = cache.user_group_id
      user_ids             = cache.user_ids
      access_strings       = cache.access_strings
    }
  }
}

output "buckets" {
  description = "Names of the buckets: dev_images, prod_images, checkpoints, logs."
  value       = module.object_store.bucket_names
}

output "file_store" {
  description = "The file system of checkpoints and the access point of each environment."
  value = {
    file_system_id   = module.file_store.file_system_id
    access_point_ids = module.file_store.access_point_ids
  }
}

output "edge" {
  description = "Addresses of the API, target groups for TargetGroupBindings, and name servers to delegate the domain to."
  value = {
    api_urls                        = module.edge.api_urls
    load_balancer_security_group_id = module.edge.load_balancer_security_group_id
    target_group_arns               = module.edge.target_group_arns
    name_servers                    = module.edge.name_servers
  }
}

output "images" {
  description = "Address of each environment's images, and the ids of the keys that URLs are signed with."
  value = {
    for environment, distribution in module.cdn : environment => {
      url             = distribution.url
      distribution_id = distribution.distribution_id
      public_key_ids  = distribution.public_key_ids
    }
  }
}

output "registry_urls" {
  description = "Repository of each program's images."
  value       = module.registry.repository_urls
}

output "secret_arns" {
  description = "ARN of each secret, such as dev/database-app; values are written by bootstrap."
  value       = module.secrets.secret_arns
}

output "role_arns" {
  description = "Role of each service account, such as dev/gallery."
  value       = module.identity.role_arns
}

output "service_accounts" {
  description = "Namespace and name of the service account that takes each role."
  value       = module.identity.service_accounts
}

output "github_role_arns" {
  description = "Role of each GitHub environment."
  value       = module.identity.github_role_arns
}

output "log_group_names" {
  description = "Log groups of the programs."
  value       = module.observability.log_group_names
}
