import KubernetesModel

/// The keys of `eni_conf`.
enum EniConfigurationKeys {
  /// Those that Terway reads.
  static let known: Set<String> = [
    "version", "access_key", "access_secret", "region_id", "credential_path", "service_cidr", "vswitches", "eni_tags",
    "max_pool_size", "min_pool_size", "idle_ip_reclaim_after", "idle_ip_reclaim_batch_size",
    "idle_ip_reclaim_interval", "idle_ip_reclaim_jitter_factor", "min_eni", "max_eni", "prefix", "security_group",
    "security_groups", "eni_cap_ratio", "eni_cap_shift", "vswitch_selection_policy", "eni_selection_policy",
    "ip_stack", "enable_eni_trunking", "enable_erdma", "custom_stateful_workload_kinds", "ipam_type",
    "backoff_override", "extra_routes", "disable_device_plugin", "eni_tag_filter", "kube_client_qps",
    "kube_client_burst", "resource_group_id", "rate_limit", "enable_patch_pod_ips", "ip_pool_sync_period",
    "ip_warm_up_size", "enable_ip_prefix", "ipv4_prefix_count",
  ]

  /// Settings of the datapath, which some put here.
  static let knownPrefixes = ["cilium_", "hubble_", "_"]

  /// Those that it no longer reads, and what took their place.
  static let deprecated: [String: String] = [
    "hot_plug": "nothing: ENIs are always attached as they are needed",
    "enable_eip_pool": "nothing: addresses of pods that face the internet are Kubernetes objects of their own",
    "allow_eip_rob": "nothing", "wait_trunk_eni": "enable_eni_trunking",
    "security_group": "security_groups, which takes a list",
  ]

  /// Terway reads names regardless of case.
  static func isKnown(_ key: String) -> Bool {
    let key = key.lowercased()
    return known.contains(key) || deprecated[key] != nil || knownPrefixes.contains { key.hasPrefix($0) }
  }
}
