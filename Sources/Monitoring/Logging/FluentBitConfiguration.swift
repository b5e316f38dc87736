import TerwayModel

/// Terway's logs to Loki or Elasticsearch by Fluent Bit.
struct FluentBitConfiguration {
  let context: RenderContext

  var files: [String: String] { ["fluent-bit.conf": main, "parsers.conf": parsers] }

  private var state: String { TerwayLogs.state(of: "fluent-bit", context) }

  private var store: LogStore {
    switch context.spec.logging.fluentBit.output {
    case .loki: .loki(context)
    case .elasticsearch: .elasticsearch(context)
    }
  }

  private var main: String {
    """
    # Volume: /var/log of the node, read-write: positions and buffers survive a restart there.
    \(store.needs(context).map { "\($0)\n" }.joined())\
    [SERVICE]
        Flush                     5
        Log_Level                 info
        Parsers_File              parsers.conf
        HTTP_Server               On
        HTTP_Port                 2020
        Health_Check              On
        storage.path              \(state)/
        storage.backlog.mem_limit 16M
        storage.max_chunks_up     64

    [INPUT]
        Name              tail
        Path              \(TerwayLogs.path(context))
        # The kubernetes filter reads pod, namespace and container off the tag.
        Tag               kube.*
        DB                \(state).db
        Read_from_Head    On
        multiline.parser  cri
        Mem_Buf_Limit     16M
        Skip_Long_Lines   On
        storage.type      filesystem

    # A stack trace is one event. First of the filters: it sends the joined events through all of them again.
    [FILTER]
        Name                   multiline
        Match                  kube.*
        multiline.key_content  log
        multiline.parser       terway
        flush_ms               5000
        emitter_storage.type   filesystem
        emitter_mem_buf_limit  16M

    [FILTER]
        Name              kubernetes
        Match             kube.*
        Kube_Tag_Prefix   kube.var.log.containers.
        Merge_Log         On
        # The members of a JSON line, apart from our own.
        Merge_Log_Key     json
        Keep_Log          On
        Annotations       Off

    [FILTER]
        Name              parser
        Match             kube.*
        Key_Name          log
        Parser            terway-klog
        Reserve_Data      On
        Preserve_Key      On

    # Each event goes to the first stream that takes it.
    [FILTER]
        Name                   rewrite_tag
        Match                  kube.*
        Rule                   $log \(TerwayLogs.audit) terway.audit.$TAG false
        Rule                   $severity \(TerwayLogs.errorSeverity) terway.error.$TAG false
        Rule                   $json['level'] \(TerwayLogs.errorLevel) terway.error.$TAG false
        Rule                   $json['err'] .+ terway.error.$TAG false
        Rule                   $log \(TerwayLogs.crash) terway.error.$TAG false
        Rule                   $log ^ terway.network.$TAG false
        Emitter_Name           terway-streams
        Emitter_Storage.type   filesystem
        Emitter_Mem_Buf_Limit  32M

    \(LogStream.allCases.map { output($0) }.joined(separator: "\n"))
    """
  }

  private var parsers: String {
    """
    [PARSER]
        Name        terway-klog
        Format      regex
        Regex       \(TerwayLogs.klog)

    [MULTILINE_PARSER]
        Name           terway
        Type           regex
        Flush_timeout  5000
        Rule           "start_state"  "/\(TerwayLogs.firstLine)/"  "inside"
        Rule           "inside"       "/\(TerwayLogs.continuation)/"  "inside"

    """
  }

  private func output(_ stream: LogStream) -> String {
    let target: [(String, String)] =
      switch context.spec.logging.fluentBit.output {
      case .loki: loki(stream)
      case .elasticsearch: elasticsearch(stream)
      }
    let settings =
      target + security + [("Retry_Limit", "20"), ("storage.total_limit_size", stream.bufferLimit)]
    return "# \(stream.description)\n[OUTPUT]\n"
      + settings.map { "    \($0)\(String(repeating: " ", count: max(1, 26 - $0.count)))\($1)\n" }.joined()
  }

  private func loki(_ stream: LogStream) -> [(String, String)] {
    let cluster = context.spec.metrics.clusterLabel
    // Few values each: what differs from line to line stays in the line.
    let labels = [
      ("job", LogAlert.job), ("log_type", stream.rawValue), ("namespace", "$kubernetes['namespace_name']"),
      ("pod", "$kubernetes['pod_name']"), ("container", "$kubernetes['container_name']"),
      ("node", "$kubernetes['host']"), ("severity", "$severity"),
    ]
    // Clusters that share a Loki are told apart by what the pod's environment says.
    let own = cluster.isEmpty ? [] : [(cluster, "${CLUSTER_NAME}")]
    var settings = [
      ("Name", "loki"), ("Match", "terway.\(stream).*"), ("Host", store.host), ("Port", "\(store.port)"),
      ("Labels", (own + labels).map { "\($0)=\($1)" }.joined(separator: ", ")), ("Line_Format", "json"),
      ("Auto_Kubernetes_Labels", "Off"),
    ]
    let tenant = context.spec.logging.loki.tenant
    if !tenant.isEmpty { settings.append(("Tenant_ID", tenant)) }
    return settings
  }

  private func elasticsearch(_ stream: LogStream) -> [(String, String)] {
    [
      ("Name", "es"), ("Match", "terway.\(stream).*"), ("Host", store.host), ("Port", "\(store.port)"),
      ("Logstash_Format", "On"),
      ("Logstash_Prefix", "\(context.spec.logging.fluentd.elasticsearch.indexPrefix)-\(stream)"),
      ("Replace_Dots", "On"), ("Suppress_Type_Name", "On"), ("Trace_Error", "On"),
    ]
  }

  private var security: [(String, String)] {
    var settings = [("tls", store.isSecure ? "On" : "Off")]
    if store.isSecure {
      settings.append(("tls.verify", "On"))
      if !store.caSecret.isEmpty { settings.append(("tls.ca_file", store.caFile)) }
    }
    if !store.authSecret.isEmpty {
      settings += [("HTTP_User", "${\(store.variable)_USERNAME}"), ("HTTP_Passwd", "${\(store.variable)_PASSWORD}")]
    }
    return settings
  }
}
