import Foundation
import HTTPTransport
import Monitoring
import Prometheus
import Serialization
import TestSupport

/// A running Prometheus with a profile's rules and the exporters that the profile counts on.
struct PlayedPrometheus {
  private let exporters: TextServer
  private let server: PrometheusServer
  private let client: PrometheusClient
  private let http = CurlTransport()

  init(_ profile: RenderedProfile) throws {
    let cluster = PlayedCluster(profile: profile)
    let served = Dictionary(uniqueKeysWithValues: cluster.exporters.map { ("/\($0.rawValue)", cluster.series(of: $0)) })
    let exporters = try TextServer { path in
      let time = Date().timeIntervalSince1970
      return served[path].map { $0.flatMap { $0.lines(at: time) }.joined(separator: "\n") + "\n" }
    }
    let endpoint = OperatorEndpoint()
    let clusterLabel = profile.spec.metrics.clusterLabel
    let jobs = cluster.exporters.map { exporter -> JSONValue in
      var labels: [String: String] = exporter == .operator ? ["namespace": endpoint.namespace] : [:]
      if !clusterLabel.isEmpty { labels[clusterLabel] = "east" }
      return [
        "job_name": .string(exporter.rawValue), "honor_labels": true, "metrics_path": .string("/\(exporter.rawValue)"),
        "static_configs": [["targets": [.string("127.0.0.1:\(exporters.port)")], "labels": JSONValue(labels)]],
      ]
    }
    let configuration: JSONValue = [
      "global": ["scrape_interval": "2s", "scrape_timeout": "2s", "evaluation_interval": "1s"],
      "rule_files": ["rules.yaml"], "scrape_configs": .array(jobs),
    ]
    // Whatever interval a group has: the test has seconds.
    let groups = profile.manifests.ruleGroups.map { group in
      var group = group
      group["interval"] = "1s"
      return group
    }
    let rules = JSONValue.object(["groups": .array(groups)])
    self.exporters = exporters
    server = try PrometheusServer(
      configuration: configuration.jsonText(), files: ["rules.yaml": rules.jsonText()])
    client = try PrometheusClient(.init(url: server.url), http: http)
  }

  /// Waits until every rule was evaluated with data that was there for two scrapes before.
  ///
  /// - Parameter scrapes: how many there are to be of each exporter.
  func settle(after scrapes: Double = 2) async throws {
    try await eventually("the server is ready") { try await get("/-/ready").contains("Ready") }
    try await eventually("there are rates of all that is scraped", within: .seconds(180)) {
      try await number("min(count_over_time(up[1h]))") ?? 0 >= scrapes
    }
    let scraped = Date().timeIntervalSince1970
    try await eventually("every rule was evaluated twice since") {
      try await rules().allSatisfy { $0.lastEvaluation >= scraped + 2 }
    }
  }

  /// Those that have no sample, or that the server refuses, with the reason.
  func queriesWithoutAnswer(_ queries: [String]) async throws -> [String] {
    var unanswered: [String] = []
    for query in queries {
      do {
        if try await client.query(query).series.isEmpty { unanswered.append(query) }
      } catch let error as PrometheusError {
        unanswered.append("\(query): \(error)")
      }
    }
    return unanswered
  }

  var url: String { server.url }

  private func number(_ query: String) async throws -> Double? {
    try await client.query(query).series.first?.samples.last?.value
  }

  struct EvaluatedRule {
    var name: String
    var health: String
    var lastError: String
    /// Seconds since 1970.
    var lastEvaluation: Double
    /// Of an alert: pending or firing.
    var isPending: Bool
  }

  func rules() async throws -> [EvaluatedRule] {
    let reply = try JSONValue(jsonBytes: Array(try await get("/api/v1/rules").utf8))
    let groups: [JSONValue] = reply.at("data", "groups")?.array ?? []
    let rules: [JSONValue] = groups.flatMap { $0["rules"]?.array ?? [] }
    return try rules.map(Self.evaluated)
  }

  private static func evaluated(_ rule: JSONValue) throws -> EvaluatedRule {
    let text: (String) -> String = { rule[$0]?.string ?? "" }
    // In nanoseconds, which no parser here takes; the server's zone is UTC.
    let evaluation = try Date(text("lastEvaluation").prefix(19) + "Z", strategy: .iso8601)
    return EvaluatedRule(
      name: text("name"), health: text("health"), lastError: text("lastError"),
      lastEvaluation: evaluation.timeIntervalSince1970, isPending: ["pending", "firing"].contains(text("state")))
  }

  private func get(_ path: String) async throws -> String {
    let response = try await http.send(
      HTTPRequest(method: .get, url: server.url + path, endpoint: HTTPEndpoint(), deadline: .seconds(10)))
    return String(decoding: try await response.body.collect(upTo: 16 << 20), as: UTF8.self)
  }
}
