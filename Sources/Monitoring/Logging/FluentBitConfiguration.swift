import TerwayModel

/// Terway's logs to Loki or Elasticsearch by Fluent Bit.
struct FluentBitConfiguration {
  let context: RenderContext

  var files: [String: String] { ["fluent-bit.conf": main, "parsers.conf": parsers] }

  private var main: String {
    """
    [SERVICE]
        Flush                     5
        Log_Level                 info
        Parsers_File              parsers.conf
        HTTP_Server               On
        HTTP_Port                 2020
        # On the node's disk, so that a restart loses nothing.
        storage.path              /var/log/fluent-bit-\(context.profile)/
        storage.backlog.mem_limit 16M

    [INPUT]
        Name              tail
        Path              \(TerwayLogs.path(context))
        # The kubernetes filter reads pod, namespace and container off the tag.
        Tag               kube.*
        DB                /var/log/fluent-bit-\(context.profile).db
        multiline.parser  cri
        Mem_Buf_Limit     16M
        Skip_Long_Lines   On
        storage.type      filesystem

    [FILTER]
        Name              kubernetes
        Match             kube.*
        Kube_Tag_Prefix   kube.var.log.containers.
        Merge_Log         On
        Keep_Log          On
        Annotations       Off

    [FILTER]
        Name              parser
        Match             kube.*
        Key_Name          log
        Parser            klog
        Reserve_Data      On
        Preserve_Key      On

    \(output)
    """
  }

  private var parsers: String {
    """
    [PARSER]
        Name        klog
        Format      regex
        Regex       \(TerwayLogs.klog)

    """
  }

  private var output: String {
    switch context.spec.logging.fluentBit.output {
    case .loki: loki
    case .elasticsearch: elasticsearch
    }
  }

  private var loki: String {
    """
    [OUTPUT]
        Name              loki
        Match             kube.*
        Host              loki.\(context.spec.logging.namespace).svc.cluster.local
        Port              3100
        # Few values each: what differs per line stays in the line.
        Labels            job=terway
        Label_Keys        $kubernetes['namespace_name'],$kubernetes['pod_name'],$kubernetes['container_name'],$severity
        Line_Format       json
        Auto_Kubernetes_Labels Off
        Retry_Limit       20
        storage.total_limit_size 1G

    """
  }

  private var elasticsearch: String {
    let target = context.spec.logging.fluentd.elasticsearch
    var lines = [
      "Host              \(target.host)", "Port              \(target.port)", "Logstash_Format   On",
      "Logstash_Prefix   \(target.indexPrefix)", "Replace_Dots      On", "Suppress_Type_Name On",
      "tls               \(target.scheme == .https ? "On" : "Off")",
    ]
    if target.scheme == .https { lines.append("tls.verify        On") }
    if !target.authSecret.isEmpty {
      lines += [
        "# From the keys username and password of the Secret \(context.spec.logging.namespace)/\(target.authSecret),",
        "# given to the Fluent Bit container as environment variables.",
        "HTTP_User         ${ELASTICSEARCH_USERNAME}", "HTTP_Passwd       ${ELASTICSEARCH_PASSWORD}",
      ]
    }
    lines += ["Retry_Limit       20", "storage.total_limit_size 1G"]
    return "[OUTPUT]\n    Name              es\n    Match             kube.*\n"
      + lines.map { "    \($0)\n" }.joined()
  }
}
