import Serialization
import TerwayModel

extension Import {
  /// What a ConfigMap is for shows in the names of its data.
  mutating func addConfigMap(_ subject: Subject) -> Bool {
    guard let data = subject.place["data"], case .object = data.value else {
      reject(subject, subject.place, "must have data")
      return false
    }
    var isTaken = false
    for (key, place) in data.members {
      guard let content = text(subject, place) else { continue }
      switch key {
      case CustomMetricsList.key: isTaken = addCustomMetrics(subject, place, content) || isTaken
      case _ where key.hasSuffix(".json"): isTaken = addDashboard(subject, place, text: content) || isTaken
      case _ where content.contains("@type elasticsearch") || key == "fluent.conf":
        isTaken = addFluentd(subject, place, content) || isTaken
      case "loki.yaml", "loki-config.yaml", "config.yaml": isTaken = addLoki(subject, place, content) || isTaken
      default: lose(subject, place, "is neither metrics, a dashboard nor the configuration of Fluentd or Loki")
      }
    }
    return isTaken
  }

  private mutating func addCustomMetrics(_ subject: Subject, _ place: Place, _ content: String) -> Bool {
    switch CustomMetricsList.read(content) {
    case .failure(let invalid):
      reject(subject, place, invalid.description)
      return false
    case .success(let metrics):
      if let namespace = subject.place["metadata"]?["namespace"], let name = text(subject, namespace) {
        set(["terway", "namespace"], .string(name), subject, namespace)
      }
      for metric in metrics where !KnownQuery.metrics.contains(KnownQuery.bare(metric.query)) {
        append(
          to: ["metrics", "custom"],
          [
            "name": .string(metric.name), "help": .string(metric.help), "type": .string(metric.type.rawValue),
            "labels": JSONValue(metric.labels), "query": .string(metric.query),
          ], subject, place)
      }
      return true
    }
  }

  // MARK: Logs

  private mutating func setLoggingNamespace(_ subject: Subject) {
    guard let place = subject.place["metadata"]?["namespace"], let namespace = text(subject, place) else { return }
    set(["logging", "namespace"], .string(namespace), subject, place)
  }

  /// Of Fluentd's configuration where logs go. How they are read and parsed, the operator knows better.
  private mutating func addFluentd(_ subject: Subject, _ place: Place, _ content: String) -> Bool {
    let settings = FluentdOutput(content)
    guard settings.type == "elasticsearch" else {
      let type = settings.type ?? "no output"
      lose(subject, place, "the operator configures Fluentd for Elasticsearch only, not for \(type)")
      return false
    }
    setLoggingNamespace(subject)
    hasFluentd = true
    let base = ["logging", "fluentd", "elasticsearch"]
    for (setting, field) in [("host", "host"), ("scheme", "scheme"), ("logstash_prefix", "indexPrefix")] {
      if let value = settings[setting] { set(base + [field], .string(value), subject, place) }
    }
    if let port = settings["port"].flatMap(Int64.init) { set(base + ["port"], .integer(port), subject, place) }
    for credential in ["user", "password", "api_key", "cloud_auth", "ca_file"] where settings[credential] != nil {
      lose(
        subject, place,
        "\(credential): put it into a Secret of the logging namespace and name that in spec.logging.fluentd.elasticsearch"
      )
    }
    return true
  }

  /// Of Loki's configuration how long logs are kept, and by how many.
  private mutating func addLoki(_ subject: Subject, _ place: Place, _ content: String) -> Bool {
    let loki: JSONValue
    do {
      loki = try YAML.documents(in: content, file: "data").first?.value ?? .null
    } catch {
      reject(subject, place, "is not YAML: line \(error.location.line) of it: \(error.reason)")
      return false
    }
    guard loki["schema_config"] != nil || loki["ingester"] != nil || loki["limits_config"] != nil else {
      lose(subject, place, "is no configuration of Loki")
      return false
    }
    setLoggingNamespace(subject)
    hasLoki = true
    let base = ["logging", "loki"]
    let retention =
      loki.at("limits_config", "retention_period") ?? loki.at("table_manager", "retention_period")
    if let retention = retention?.string { set(base + ["retention"], .string(retention), subject, place) }
    let factors = [
      loki.at("common", "replication_factor"), loki.at("ingester", "lifecycler", "ring", "replication_factor"),
    ]
    if let factor = factors.compactMap(\.self).first { set(base + ["replicationFactor"], factor, subject, place) }
    if let port = loki.at("server", "http_listen_port") { set(base + ["port"], port, subject, place) }
    if loki["auth_enabled"]?.bool == true {
      lose(subject, place, "auth_enabled: say in spec.logging.loki.tenant to which tenant the logs belong")
    }
    for store in ["aws", "azure", "gcs", "alibabacloud"] where loki.at("storage_config", store) != nil {
      lose(subject, place, "storage_config.\(store): the operator configures a Loki that stores in its file system")
    }
    return true
  }
}

/// The settings of the first `<match>` of a Fluentd configuration, those of sections inside of it left out.
private struct FluentdOutput {
  private var settings: [String: String] = [:]

  init(_ text: String) {
    var sections: [Substring] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      if first.hasPrefix("</") {
        if sections.last == "<match", sections.count == 1 { return }
        sections = sections.dropLast()
      } else if first.hasPrefix("<") {
        sections.append(first.hasSuffix(">") ? first.dropLast() : first)
      } else if sections == ["<match"], words.count == 2 {
        settings[String(first)] = String(words[1].drop { $0.isWhitespace })
      }
    }
  }

  var type: String? { settings["@type"] }
  subscript(name: String) -> String? { settings[name] }
}
