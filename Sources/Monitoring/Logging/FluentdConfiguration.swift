import TerwayModel

/// Terway's logs to Elasticsearch by Fluentd, with the plugins of the fluentd-kubernetes-daemonset images.
struct FluentdConfiguration {
  let context: RenderContext

  var text: String {
    ([source, joining, reading, writing].joined(separator: "\n"))
  }

  private var store: LogStore { .elasticsearch(context) }
  private var state: String { TerwayLogs.state(of: "fluentd", context) }
  private var profile: String { context.profile }

  private var source: String {
    """
    # Volume: /var/log of the node, read-write: positions and buffers survive a restart there.
    \(store.needs(context).map { "\($0)\n" }.joined())\
    <source>
      @type tail
      @id in_tail_\(profile)
      @label @\(profile)_parts
      path \(TerwayLogs.path(context))
      pos_file \(state).pos
      # The tag keeps the file's name: kubernetes_metadata reads pod, namespace and container off it.
      tag kubernetes.\(profile).*
      read_from_head true
      # A line in no format that is known is kept as it is.
      emit_unmatched_lines true
      <parse>
        # The format of containerd and CRI-O.
        @type regexp
        expression /\(TerwayLogs.cri)/
        time_key time
        time_format \(TerwayLogs.criTime)
      </parse>
    </source>

    """
  }

  private var joining: String {
    """
    # The runtime splits long lines; put them together again. What stays open goes on after a while.
    <label @\(profile)_parts>
      <filter **>
        @type record_transformer
        enable_ruby true
        <record>
          message ${record["message"] || record["unmatched_line"].to_s}
          logtag ${record["logtag"] || "F"}
        </record>
        remove_keys unmatched_line
      </filter>
      <filter **>
        @type concat
        @id filter_parts_\(profile)
        key message
        separator ""
        use_partial_cri_logtag true
        partial_cri_logtag_key logtag
        partial_cri_stream_key stream
        stream_identity_key stream
        flush_interval 5s
        timeout_label @\(profile)_lines
      </filter>
      <match **>
        @type relabel
        @label @\(profile)_lines
      </match>
    </label>

    # A stack trace is one event. Bytes that are no UTF-8 would be refused with all that is sent along; they are replaced
    # only here, because the runtime may split a line within a character.
    <label @\(profile)_lines>
      <filter **>
        @type record_transformer
        enable_ruby true
        <record>
          message ${record["message"].to_s.dup.force_encoding("UTF-8").scrub("?")}
        </record>
      </filter>
      <filter **>
        @type concat
        @id filter_lines_\(profile)
        key message
        multiline_start_regexp /\(TerwayLogs.firstLine)/
        continuous_line_regexp /\(TerwayLogs.continuation)/
        flush_interval 5s
        timeout_label @\(profile)_events
        use_first_timestamp true
      </filter>
      <match **>
        @type relabel
        @label @\(profile)_events
      </match>
    </label>

    """
  }

  private var reading: String {
    """
    <label @\(profile)_events>
      <filter **>
        @type kubernetes_metadata
        @id filter_kubernetes_metadata_\(profile)
      </filter>

      # klog, or JSON where the daemon is set to it; anything else stays as it is.
      <filter **>
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

      # One field for the text and one for the severity, whatever the format.
      <filter **>
        @type record_transformer
        enable_ruby true
        <record>
          message ${(record["msg"] || record["message"]).to_s}
          severity ${record["severity"] || (record["level"] || (record["err"] || record["error"] ? "error" : "info")).to_s[0].to_s.upcase}
          details ${[record["err"], record["error"]].compact.join(" ")}
        </record>
        remove_keys logtag, msg
      </filter>

      # Each event goes to the first stream that takes it.
      <match **>
        @type rewrite_tag_filter
        @id rewrite_\(profile)
        @label @\(profile)_streams
        <rule>
          key message
          pattern /\(TerwayLogs.audit)/
          tag terway.audit
        </rule>
        <rule>
          key details
          pattern /\(TerwayLogs.audit)/
          tag terway.audit
        </rule>
        <rule>
          key severity
          pattern /\(TerwayLogs.errorSeverity)/
          tag terway.error
        </rule>
        <rule>
          key message
          pattern /\(TerwayLogs.crash)/
          tag terway.error
        </rule>
        <rule>
          key message
          pattern /^/
          tag terway.network
        </rule>
      </match>
    </label>

    """
  }

  private var writing: String {
    "<label @\(profile)_streams>\n"
      + LogStream.allCases.map { output($0) }.joined(separator: "\n")
      + "</label>\n"
  }

  private func output(_ stream: LogStream) -> String {
    let prefix = context.spec.logging.fluentd.elasticsearch.indexPrefix
    return """
        # \(stream.description)
        <match terway.\(stream)>
          @type elasticsearch
          @id out_\(stream)_\(profile)
          host \(quoted(store.host))
          port \(store.port)
          scheme \(store.scheme.rawValue)
      \(security)\
          logstash_format true
          logstash_prefix \(quoted("\(prefix)-\(stream)"))
          suppress_type_name true
          reconnect_on_error true
          reload_on_failure true
          reload_connections false
          request_timeout 30s
          <buffer>
            @type file
            path \(state)/\(stream)
            flush_mode interval
            flush_interval 5s
            flush_thread_count 2
            chunk_limit_size 8M
            # Full for good: the oldest logs go. Blocking instead would stop the tail, and retrying for ever fill the disk.
            total_limit_size \(stream.bufferLimit)
            overflow_action drop_oldest_chunk
            retry_type exponential_backoff
            retry_max_interval 30s
            retry_timeout 24h
          </buffer>
        </match>

      """
  }

  private var security: String {
    var lines: [String] = []
    if store.isSecure {
      lines += ["ssl_verify true"]
      if !store.caSecret.isEmpty { lines += ["ca_file \(store.caFile)"] }
    }
    if !store.authSecret.isEmpty {
      lines += [
        ##"user "#{ENV['\##(store.variable)_USERNAME']}""##, ##"password "#{ENV['\##(store.variable)_PASSWORD']}""##,
      ]
    }
    return lines.map { "    \($0)\n" }.joined()
  }

  /// In single quotes, within which Fluentd runs no Ruby.
  private func quoted(_ value: String) -> String {
    "'\(value.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
  }
}
