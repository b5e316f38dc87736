import TerwayModel

/// Loki 3 as one binary that keeps its data below /loki, with retention. Several replicas share that directory.
struct LokiConfiguration {
  let context: RenderContext

  private var loki: MonitoringProfileSpec.Logging.Loki { context.spec.logging.loki }
  /// One process keeps its ring in memory and needs no address; several have to find each other.
  private var isSingle: Bool { loki.replicationFactor == 1 }

  var text: String {
    """
    # Volumes: /loki, which is kept; the ConfigMap \(ObjectName.subdomain(prefix: "loki-", context.profile, "-rules")) at \(rules).
    auth_enabled: \(!loki.tenant.isEmpty)

    server:
      http_listen_port: 3100
      grpc_listen_port: 9096

    common:
    \(isSingle ? "  instance_addr: 127.0.0.1" : "  # Each replica registers under its own address; /loki is a volume that all of them mount.")
      path_prefix: /loki
      replication_factor: \(loki.replicationFactor)
      ring:
        kvstore:
          store: \(isSingle ? "inmemory" : "memberlist")
      storage:
        filesystem:
          chunks_directory: /loki/chunks
          rules_directory: /loki/rules

    \(memberlist)schema_config:
      configs:
        - from: "2024-01-01"
          store: tsdb
          object_store: filesystem
          schema: v13
          index:
            prefix: index_
            # The only period that retention works with.
            period: 24h

    ingester:
      chunk_idle_period: 30m
      chunk_retain_period: 1m

    limits_config:
      reject_old_samples: true
      reject_old_samples_max_age: 168h
      # A line that is longer is cut and kept.
      max_line_size: 256KB
      max_line_size_truncate: true
      retention_period: \(loki.retention.text)
      retention_stream:
        - selector: '{job="\(LogAlert.job)", log_type="audit"}'
          priority: 1
          period: \(loki.auditRetention.text)
      allow_structured_metadata: true
      volume_enabled: true

    compactor:
      working_directory: /loki/compactor
      compaction_interval: 10m
      # Without it nothing is ever deleted, whatever the retention period says.
      retention_enabled: true
      retention_delete_delay: 2h
      delete_request_store: filesystem

    ruler:
      enable_api: true
      enable_alertmanager_v2: true
      rule_path: /loki/rules-temp
      alertmanager_url: http://alertmanager-operated.\(context.spec.namespace).svc.cluster.local:9093
      storage:
        type: local
        local:
          directory: /loki/rules

    analytics:
      reporting_enabled: false

    """
  }

  /// The ruler reads a directory for each tenant; `fake` is the name of the only one where there are no others.
  private var rules: String { "/loki/rules/\(loki.tenant.isEmpty ? "fake" : loki.tenant)" }

  private var memberlist: String {
    guard !isSingle else { return "" }
    return """
      memberlist:
        join_members:
          - loki-memberlist.\(context.spec.logging.namespace).svc.cluster.local:7946


      """
  }
}
