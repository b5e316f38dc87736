import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

extension RenderedProfile {
  /// A file of a ConfigMap that is made for the logging namespace.
  func logFile(_ object: String, _ key: String) throws -> String {
    try #require(manifests.first("ConfigMap", object.replacing("*", with: name))?.content.at("data", key)?.string)
  }

  /// With credentials and certificates wherever there can be some, and Fluent Bit as told.
  static func secured(_ output: MonitoringProfileSpec.Logging.FluentBit.Output) -> RenderedProfile {
    var profile = RenderedProfile.blue
    profile.spec.logging.fluentBit.output = output
    profile.spec.logging.fluentd.elasticsearch.caSecret = "es-ca"
    profile.spec.logging.loki.scheme = .https
    profile.spec.logging.loki.host = "loki.example.com"
    profile.spec.logging.loki.port = 443
    profile.spec.logging.loki.tenant = "network"
    profile.spec.logging.loki.authSecret = "loki-writer"
    profile.spec.logging.loki.caSecret = "loki-ca"
    return profile
  }
}

struct `Log configuration for Fluentd` {
  private static func text(_ profile: RenderedProfile) throws -> String {
    try profile.logFile("fluentd-*-config", "fluent.conf")
  }

  @Test(arguments: RenderedProfile.all)
  func `opens and closes its sections in pairs, and names no label that there is not`(profile: RenderedProfile) throws {
    var open: [Substring] = []
    let text = try Self.text(profile)
    for line in text.split(separator: "\n") {
      let line = line.drop { $0 == " " }
      if let match = line.wholeMatch(of: /<([a-z]+)( [^>]*)?>/) { open.append(match.1) }
      if let match = line.wholeMatch(of: /<\/([a-z]+)>/) { #expect(open.popLast() == match.1) }
    }
    #expect(open.isEmpty)
    let declared = Set(text.matches(of: /(?m)^<label (@[a-z_]+)>$/).map(\.1))
    let used = Set(text.matches(of: /(?m)^ +(?:@label|timeout_label) (@[a-z_]+)$/).map(\.1))
    #expect(declared == used)
    let identifiers = text.matches(of: /@id ([^ \n]+)/).map(\.1)
    #expect(Set(identifiers).count == identifiers.count)
  }

  @Test func `keeps network, error and audit logs apart, each with an index and a bounded buffer of its own`() throws {
    let text = try Self.text(.terway)
    for stream in ["network", "error", "audit"] {
      #expect(text.contains("tag terway.\(stream)\n") && text.contains("<match terway.\(stream)>"))
      #expect(text.contains("logstash_prefix 'terway-logs-\(stream)'"))
      #expect(text.contains("path /var/log/fluentd-terway/\(stream)\n"))
    }
    #expect(text.matches(of: /<buffer>/).count == 3)
    #expect(text.matches(of: /total_limit_size [0-9]+[MG]\n/).count == 3)
    #expect(text.matches(of: #/retry_timeout /#).count == 3)
    #expect(!text.contains("retry_forever") && !text.contains("overflow_action block"))
    #expect(!text.contains("queue_limit_length"))
    // Audit is asked first: what concerns security must not depend on its severity.
    let order = text.matches(of: /tag terway\.([a-z]+)/).map { String($0.1) }
    #expect(order == ["audit", "audit", "error", "error", "network"])
  }

  @Test func `reads credentials from the environment only, and checks certificates`() throws {
    let secured = try Self.text(.secured(.loki))
    #expect(secured.matches(of: /password "#\{ENV\['ELASTICSEARCH_PASSWORD'\]\}"/).count == 3)
    #expect(secured.matches(of: /scheme https\n    ssl_verify true\n    ca_file \/etc\/terway-logs/).count == 3)
    #expect(secured.contains("Secret logs/es-writer") && secured.contains("Secret logs/es-ca"))
    let plain = try Self.text(.terway)
    #expect(!plain.contains("password") && !plain.contains("ssl_") && !plain.contains("Secret"))
    #expect(plain.contains("host 'elasticsearch.logging.svc.cluster.local'"))
  }

  @Test func `runs nothing that a host name smuggles in`() throws {
    var profile = RenderedProfile.terway
    profile.spec.logging.fluentd.elasticsearch.host = "#{`id`}'\\"
    #expect(try Self.text(profile).contains(#"host '#{`id`}\'\\'"#))
  }
}

struct `Log configuration for Fluent Bit` {
  /// The sections of a file in its classic format, in order.
  private static func sections(_ text: String) -> [(name: String, settings: [(key: String, value: String)])] {
    var sections: [(name: String, settings: [(key: String, value: String)])] = []
    for line in text.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("#") {
      if let match = line.wholeMatch(of: /\[([A-Z_]+)\]/) {
        sections.append((String(match.1), []))
      } else if let match = line.wholeMatch(of: #/    ([^ ]+) +(.*)/#) {
        sections[sections.count - 1].settings.append((match.1.lowercased(), String(match.2)))
      }
    }
    return sections
  }

  private static func outputs(_ profile: RenderedProfile) throws -> [[String: String]] {
    sections(try profile.logFile("fluent-bit-*-config", "fluent-bit.conf")).filter { $0.name == "OUTPUT" }
      .map { Dictionary($0.settings.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }) }
  }

  @Test(arguments: [MonitoringProfileSpec.Logging.FluentBit.Output.loki, .elasticsearch])
  func `sends each kind of log where it is asked to, within bounds`(
    output: MonitoringProfileSpec.Logging.FluentBit.Output
  ) throws {
    let outputs = try Self.outputs(.secured(output))
    #expect(
      outputs.map { $0["match"] } == ["terway.audit.*", "terway.error.*", "terway.network.*"])
    for (target, stream) in zip(outputs, ["audit", "error", "network"]) {
      #expect(target["storage.total_limit_size"]?.wholeMatch(of: /[0-9]+[MG]/) != nil)
      #expect(target["retry_limit"].flatMap { Int($0) } ?? 0 > 0)
      #expect(target["tls"] == "On" && target["tls.verify"] == "On")
      switch output {
      case .loki:
        #expect(target["name"] == "loki" && target["host"] == "loki.example.com" && target["port"] == "443")
        #expect(target["tenant_id"] == "network" && target["http_passwd"] == "${LOKI_PASSWORD}")
        #expect(target["tls.ca_file"] == "/etc/terway-logs/loki/ca.crt")
        #expect(target["labels"]?.hasPrefix("cluster=${CLUSTER_NAME}, job=terway, log_type=\(stream), ") == true)
      case .elasticsearch:
        #expect(target["name"] == "es" && target["host"] == "es.example.com")
        #expect(target["logstash_prefix"] == "terway-logs-\(stream)")
        #expect(target["http_user"] == "${ELASTICSEARCH_USERNAME}")
        #expect(target["tls.ca_file"] == "/etc/terway-logs/elasticsearch/ca.crt")
      }
    }
  }

  @Test func `says plainly when it neither encrypts nor signs in`() throws {
    var profile = RenderedProfile.terway
    profile.spec.logging.fluentBit.enabled = true
    for target in try Self.outputs(profile) {
      #expect(target["tls"] == "Off" && target["http_passwd"] == nil && target["tenant_id"] == nil)
      #expect(target["host"] == "loki.logging.svc.cluster.local")
    }
  }

  @Test func `keeps its state on the node, and gives every line to one stream`() throws {
    let sections = Self.sections(try RenderedProfile.blue.logFile("fluent-bit-*-config", "fluent-bit.conf"))
    func value(_ section: String, _ plugin: String?, _ key: String) -> [String] {
      sections.filter { section == $0.name && (plugin == nil || $0.settings.contains { $0 == ("name", plugin!) }) }
        .flatMap { $0.settings.filter { $0.key == key }.map(\.value) }
    }
    #expect(value("SERVICE", nil, "storage.path") == ["/var/log/fluent-bit-blue/"])
    #expect(value("INPUT", "tail", "db") == ["/var/log/fluent-bit-blue.db"])
    #expect(value("INPUT", "tail", "multiline.parser") == ["cri"])
    #expect(value("FILTER", "kubernetes", "kube_tag_prefix") == ["kube.var.log.containers."])
    #expect(value("FILTER", "kubernetes", "merge_log") == ["On"])
    let filters = sections.filter { $0.name == "FILTER" }.compactMap { $0.settings.first?.value }
    #expect(filters == ["multiline", "kubernetes", "parser", "rewrite_tag"])
    let rules = value("FILTER", "rewrite_tag", "rule").map { $0.split(separator: " ") }
    for rule in rules {
      #expect(rule.count == 4, "a space within a rule splits it: \(rule)")
      #expect(rule.last == "false", "the line would go to two streams")
    }
    #expect(rules.last?[1] == "^", "a line that no rule takes is lost")
  }
}

struct `Log configuration for Loki` {
  private static func configuration(_ profile: RenderedProfile) throws -> JSONValue {
    let text = try profile.logFile("loki-*-config", "loki.yaml")
    return try #require(try YAML.documents(in: text, file: "loki.yaml").first).value
  }

  /// Every option that may be set, of those that Loki 3 knows; a `*` stands for each element of a list.
  private static let known: Set<String> = [
    "auth_enabled", "server.http_listen_port", "server.grpc_listen_port", "common.instance_addr", "common.path_prefix",
    "common.replication_factor", "common.ring.kvstore.store", "common.storage.filesystem.chunks_directory",
    "common.storage.filesystem.rules_directory", "memberlist.join_members.*", "schema_config.configs.*.from",
    "schema_config.configs.*.store", "schema_config.configs.*.object_store", "schema_config.configs.*.schema",
    "schema_config.configs.*.index.prefix", "schema_config.configs.*.index.period", "ingester.chunk_idle_period",
    "ingester.chunk_retain_period", "limits_config.reject_old_samples", "limits_config.reject_old_samples_max_age",
    "limits_config.retention_period", "limits_config.retention_stream.*.selector",
    "limits_config.retention_stream.*.priority", "limits_config.retention_stream.*.period",
    "limits_config.allow_structured_metadata", "limits_config.volume_enabled", "limits_config.max_line_size",
    "limits_config.max_line_size_truncate", "compactor.working_directory", "compactor.compaction_interval",
    "compactor.retention_enabled", "compactor.retention_delete_delay", "compactor.delete_request_store",
    "ruler.enable_api", "ruler.enable_alertmanager_v2", "ruler.rule_path", "ruler.alertmanager_url",
    "ruler.storage.type", "ruler.storage.local.directory", "analytics.reporting_enabled",
  ]
  /// Without these it does not start, forgets, or keeps everything.
  private static let required: Set<String> = known.filter { option in
    ["common.", "schema_config.", "compactor.", "ruler.", "limits_config.retention"].contains { option.hasPrefix($0) }
      && option != "common.instance_addr"
  }

  private static func options(_ value: JSONValue, _ path: String = "") -> [String] {
    switch value {
    case .object(let members): members.flatMap { options($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
    case .array(let elements): elements.flatMap { options($0, "\(path).*") }
    default: [path]
    }
  }

  @Test(arguments: [.terway, .blue, RenderedProfile.secured(.loki)])
  func `sets options that there are, and all that it cannot do without`(profile: RenderedProfile) throws {
    let set = Set(Self.options(try Self.configuration(profile)))
    #expect(set.subtracting(Self.known).isEmpty)
    #expect(Self.required.subtracting(set).isEmpty)
  }

  @Test(arguments: RenderedProfile.all)
  func `uses the index that Loki 3 has, and deletes what is old, audit logs later`(profile: RenderedProfile) throws {
    let loki = try Self.configuration(profile)
    let schema = loki.at("schema_config", "configs")?[0]
    #expect(schema?["store"] == "tsdb" && schema?["schema"] == "v13")
    #expect(schema?.at("index", "period") == "24h")
    #expect(loki.at("compactor", "retention_enabled") == true)
    #expect(loki.at("compactor", "delete_request_store") == schema?["object_store"])
    #expect(loki.at("limits_config", "retention_period")?.string == profile.spec.logging.loki.retention.text)
    let audit = loki.at("limits_config", "retention_stream")?[0]
    #expect(audit?["selector"] == #"{job="terway", log_type="audit"}"#)
    #expect(audit?["period"]?.string == profile.spec.logging.loki.auditRetention.text)
    #expect(loki.at("common", "replication_factor")?.integer == Int64(profile.spec.logging.loki.replicationFactor))
  }

  @Test func `lets several replicas find each other, and tells tenants apart where there are some`() throws {
    let (single, several) = (try Self.configuration(.terway), try Self.configuration(.blue))
    #expect(single.at("common", "ring", "kvstore", "store") == "inmemory" && single["memberlist"] == nil)
    #expect(several.at("common", "ring", "kvstore", "store") == "memberlist" && several["memberlist"] != nil)
    #expect(single["auth_enabled"] == false)
    let tenants = RenderedProfile.secured(.loki)
    #expect(try Self.configuration(tenants)["auth_enabled"] == true)
    #expect(try tenants.logFile("loki-*-config", "loki.yaml").contains("at /loki/rules/network."))
    #expect(try RenderedProfile.terway.logFile("loki-*-config", "loki.yaml").contains("at /loki/rules/fake."))
  }
}
