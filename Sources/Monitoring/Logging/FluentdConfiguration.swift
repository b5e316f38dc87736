import TerwayModel

/// Terway's logs to Elasticsearch by Fluentd, with the plugins of the fluentd-kubernetes-daemonset images.
struct FluentdConfiguration {
  let context: RenderContext

  var text: String {
    let elasticsearch = context.spec.logging.fluentd.elasticsearch
    return """
      # Needs /var/log of the node mounted read-write: positions and buffers survive a restart there.
      <source>
        @type tail
        @id in_tail_terway
        path \(TerwayLogs.path(context))
        pos_file /var/log/fluentd-\(context.profile).log.pos
        # The tag keeps the file's name: kubernetes_metadata reads pod, namespace and container off it.
        tag kubernetes.terway.*
        read_from_head true
        <parse>
          # The format of containerd and CRI-O.
          @type regexp
          expression /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[FP]) (?<message>.*)$/
          time_key time
          time_format %Y-%m-%dT%H:%M:%S.%N%z
        </parse>
      </source>

      # The runtime splits long lines; put them together again.
      <filter kubernetes.terway.**>
        @type concat
        key message
        use_partial_cri_logtag true
        partial_cri_logtag_key logtag
        partial_cri_stream_key stream
        separator ""
      </filter>

      <filter kubernetes.terway.**>
        @type kubernetes_metadata
        @id filter_kubernetes_metadata_terway
      </filter>

      # klog, or JSON where the daemon is set to it; anything else stays as it is.
      <filter kubernetes.terway.**>
        @type parser
        key_name message
        reserve_data true
        reserve_time true
        emit_invalid_record_to_error false
        <parse>
          @type multi_format
          <pattern>
            format regexp
            expression /\(TerwayLogs.klog)/
          </pattern>
          <pattern>
            format json
          </pattern>
          <pattern>
            format none
          </pattern>
        </parse>
      </filter>

      <match kubernetes.terway.**>
        @type elasticsearch
        @id out_es_terway
        host \(quoted(elasticsearch.host))
        port \(elasticsearch.port)
        scheme \(elasticsearch.scheme.rawValue)
      \(security(elasticsearch))\
        logstash_format true
        logstash_prefix \(quoted(elasticsearch.indexPrefix))
        suppress_type_name true
        reconnect_on_error true
        reload_on_failure true
        reload_connections false
        request_timeout 30s
        <buffer>
          @type file
          path /var/log/fluentd-buffers/\(context.profile).buffer
          flush_mode interval
          flush_interval 5s
          flush_thread_count 2
          chunk_limit_size 8M
          # Full for good: the oldest logs go. Blocking instead would stop the tail, and retrying for ever fill the disk.
          total_limit_size 2G
          overflow_action drop_oldest_chunk
          retry_type exponential_backoff
          retry_max_interval 30s
          retry_timeout 24h
        </buffer>
      </match>

      """
  }

  private func security(_ elasticsearch: MonitoringProfileSpec.Logging.Elasticsearch) -> String {
    var lines: [String] = []
    if elasticsearch.scheme == .https { lines += ["ssl_verify true"] }
    if !elasticsearch.authSecret.isEmpty {
      lines += [
        "# From the keys username and password of the Secret \(context.spec.logging.namespace)/\(elasticsearch.authSecret),",
        "# given to the Fluentd container as environment variables.",
        ##"user "#{ENV['ELASTICSEARCH_USERNAME']}""##,
        ##"password "#{ENV['ELASTICSEARCH_PASSWORD']}""##,
      ]
    }
    return lines.map { "  \($0)\n" }.joined()
  }

  /// In single quotes, within which Fluentd runs no Ruby.
  private func quoted(_ value: String) -> String {
    "'\(value.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
  }
}
