import KubernetesModel
import Serialization
import TerwayModel
import Testing

@testable import Monitoring

struct `Scrape objects` {
  /// Everything was found, on the ports where it usually is.
  private static func profile(_ change: (inout RenderedProfile) -> Void = { _ in }) -> RenderedProfile {
    var profile = RenderedProfile.terway
    profile.cluster = DetectedCluster(
      ipam: .legacy, terwayVersion: "v1.16.7", exporters: Set(Exporter.allCases), hasControlplane: true)
    profile.cluster.ports = [.terwayDaemon: 9190, .terwayControlplane: 8081, .hubble: 9091]
    change(&profile)
    return profile
  }

  private static var withoutAgent: RenderedProfile { profile { $0.cluster.exporters?.remove(.agent) } }

  private static func spec(_ kind: String, _ name: String, _ profile: RenderedProfile = profile()) throws -> JSONValue {
    try #require(profile.manifests.first(kind, name)?.content["spec"], "\(kind) \(name)")
  }

  private static func scraping(_ profile: RenderedProfile) -> [Manifest] {
    profile.manifests.filter { $0.scrapeTarget != nil }
  }

  @Test func `are one for each exporter that was found, and none for what the usual monitors scrape`() {
    #expect(
      Self.scraping(Self.profile()).map { "\($0.reference)" } == [
        "ServiceMonitor monitoring/terway-monitor", "PodMonitor monitoring/terway-agent-monitor",
        "PodMonitor monitoring/terway-controlplane-monitor", "ScrapeConfig monitoring/terway-daemon-scrape",
      ])
    // What Hubble tells the agent tells too, and better.
    #expect(
      Self.scraping(Self.withoutAgent).map { "\($0.reference)" } == [
        "ServiceMonitor monitoring/terway-monitor", "PodMonitor monitoring/terway-controlplane-monitor",
        "ScrapeConfig monitoring/terway-daemon-scrape", "ScrapeConfig monitoring/terway-hubble-scrape",
      ])
    #expect(Self.scraping(.terway).map { "\($0.reference)" } == ["ServiceMonitor monitoring/terway-monitor"])
  }

  @Test(arguments: [
    (Exporter.agent, "terway-agent-monitor"), (.terwayControlplane, "terway-controlplane-monitor"),
    (.terwayDaemon, "terway-daemon-scrape"), (.hubble, "terway-hubble-scrape"),
  ])
  func `are none for an exporter that is not there`(exporter: Exporter, name: String) {
    var profile = exporter == .hubble ? Self.withoutAgent : Self.profile()
    #expect(Self.scraping(profile).contains { $0.reference.key.name == name })
    profile.cluster.exporters?.remove(exporter)
    #expect(!Self.scraping(profile).contains { $0.reference.key.name == name })
  }

  @Test func `are none for an exporter of which the profile makes nothing`() {
    let upstream = Self.profile { $0.spec.metrics.source = .upstream }
    #expect(upstream.manifests.first("PodMonitor", "terway-agent-monitor") == nil)
    #expect(upstream.manifests.first("ScrapeConfig", "terway-daemon-scrape") != nil)
  }

  // MARK: What is found

  @Test func `find agents beside the operator, whose job they do not share`() throws {
    let spec = try Self.spec("PodMonitor", "terway-agent-monitor")
    #expect(spec.at("selector", "matchLabels") == JSONValue(AgentPods.labels))
    #expect(spec.at("namespaceSelector", "matchNames") == ["terway-operator-system"])
    let endpoint = spec["podMetricsEndpoints"]?[0]
    #expect(endpoint?["honorLabels"] == true)
    #expect(
      endpoint?["relabelings"]?.array?.last == [
        "action": "replace", "targetLabel": "job", "replacement": "terway-agent",
      ])
  }

  @Test func `give the controlplane the job that queries name`() throws {
    let spec = try Self.spec("PodMonitor", "terway-controlplane-monitor")
    let label = try #require(spec["jobLabel"]?.string)
    #expect(spec.at("selector", "matchLabels")?[label]?.string == "terway-controlplane")
    #expect(spec.at("namespaceSelector", "matchNames") == ["kube-system"])
    #expect(spec["podMetricsEndpoints"]?[0]?["relabelings"] == nil)
  }

  @Test func `follow the controlplane to another port than the one that it declares`() throws {
    let spec = try Self.spec(
      "PodMonitor", "terway-controlplane-monitor", Self.profile { $0.cluster.ports[.terwayControlplane] = 9999 })
    #expect(
      spec["podMetricsEndpoints"]?[0]?["relabelings"]?[0] == [
        "action": "replace", "sourceLabels": ["__address__"], "targetLabel": "__address__", "regex": "(.+):\\d+",
        "replacement": "${1}:9999",
      ])
  }

  @Test(arguments: [("terway-daemon-scrape", "terway", "9190"), ("terway-hubble-scrape", "policy", "9091")])
  func `find one container of the daemon's pods, on a port that it does not declare`(
    name: String, container: String, port: String
  ) throws {
    var profile = Self.withoutAgent
    profile.spec.terway.podLabels = ["app": "terway-eniip", "zone": "a"]
    let spec = try Self.spec("ScrapeConfig", name, profile)
    let discovery = spec["kubernetesSDConfigs"]?[0]
    #expect(discovery?.at("namespaces", "names") == ["kube-system"])
    #expect(discovery?["selectors"]?[0]?["label"] == "app=terway-eniip,zone=a")
    for (address, expected) in [("10.0.0.7", "10.0.0.7:\(port)"), ("fd00::7", "[fd00::7]:\(port)")] {
      let labels = try Relabeling.apply(
        spec["relabelings"]?.array ?? [],
        to: [
          "__meta_kubernetes_pod_phase": "Running", "__meta_kubernetes_pod_container_name": container,
          "__meta_kubernetes_pod_ip": address, "__meta_kubernetes_pod_node_name": "node-1",
        ])
      #expect(labels?["__address__"] == expected)
      #expect(labels?["node"] == "node-1")
    }
    for (label, value) in [("phase", "Succeeded"), ("container_name", "other")] {
      var labels = [
        "__meta_kubernetes_pod_phase": "Running", "__meta_kubernetes_pod_container_name": container,
      ]
      labels["__meta_kubernetes_pod_\(label)"] = value
      #expect(try Relabeling.apply(spec["relabelings"]?.array ?? [], to: labels) == nil)
    }
  }

  // MARK: What is taken

  @Test func `bound what they take and how long they wait`() throws {
    let profile = Self.profile {
      $0.spec.metrics.interval = "45s"
      $0.spec.metrics.scrapeTimeout = "20s"
    }
    for manifest in Self.scraping(profile) {
      let spec = try #require(manifest.content["spec"])
      for limit in ["sampleLimit", "targetLimit", "labelLimit", "labelNameLengthLimit", "labelValueLengthLimit"] {
        #expect((spec[limit]?.integer ?? 0) > 0, "\(manifest.reference): \(limit)")
      }
      let endpoint = spec["endpoints"]?[0] ?? spec["podMetricsEndpoints"]?[0]
      #expect((endpoint?["interval"] ?? spec["scrapeInterval"]) == "45s", "\(manifest.reference)")
      #expect((endpoint ?? spec)["scrapeTimeout"] == "20s", "\(manifest.reference)")
    }
  }

  @Test func `bound the size of a body only where the installed definition knows the field`() {
    #expect(Self.scraping(Self.profile()).allSatisfy { $0.content.at("spec", "bodySizeLimit") == nil })
    let newer = Self.profile { $0.cluster.newerFields = ["PodMonitor": ["bodySizeLimit"]] }
    for manifest in Self.scraping(newer) {
      let isNewer = manifest.reference.resource == GeneratedResource.podMonitor
      #expect((manifest.content.at("spec", "bodySizeLimit") != nil) == isNewer, "\(manifest.reference)")
    }
  }

  /// A rule on a series that is dropped would look healthy for ever.
  @Test(arguments: [["terway_(eni|network|qos|security)_.*"], ["nothing"], ["a_.*", "b"]], RenderedProfile.all)
  func `keep every series that signals are made of, and drop what none needs`(
    keep: [String], rendered: RenderedProfile
  ) throws {
    var profile = rendered
    profile.spec.metrics.keep = keep
    profile.cluster.exporters = Set(Exporter.allCases)
    profile.cluster.ports = [.terwayDaemon: 9190, .terwayControlplane: 8081, .hubble: 9091]
    let signals = MonitoringRenderer.signals(of: profile.spec, in: profile.cluster)
    let exporters: [ScrapeTarget: Exporter] = [
      .operator: .operator, .agent: .agent, .controlplane: .terwayControlplane,
      .daemon(container: "terway"): .terwayDaemon, .daemon(container: "policy"): .hubble,
    ]
    for manifest in Self.scraping(profile) {
      let exporter = try #require(exporters[manifest.scrapeTarget!])
      let spec = try #require(manifest.content["spec"])
      let steps = (spec["endpoints"]?[0] ?? spec["podMetricsEndpoints"]?[0] ?? spec)["metricRelabelings"]
      let regex = try Regex(try #require(steps?[0]?["regex"]?.string))
      for metric in signals.available.flatMap({ signals.recipe(for: $0).metrics })
      where metric.exporters.contains(exporter) {
        for suffix in metric.kind == .histogram ? ["_bucket", "_count", "_sum"] : [""] {
          #expect(try regex.wholeMatch(in: metric.name + suffix) != nil, "\(manifest.reference): \(metric.name)")
        }
      }
      #expect(try regex.wholeMatch(in: "go_goroutines") == nil)
      #expect(try regex.wholeMatch(in: "process_cpu_seconds_total_or_so") == nil)
    }
  }

  @Test func `keep what shows the operator itself`() throws {
    let regex = try Regex(
      try #require(
        try Self.spec("ServiceMonitor", "terway-monitor", .terway)["endpoints"]?[0]?["metricRelabelings"]?[0]?["regex"]?
          .string))
    for name in [
      "process_resident_memory_bytes", "controller_runtime_reconcile_time_seconds_bucket", "workqueue_depth",
      "rest_client_requests_total", "leader_election_master_status", "terway_eni_total_ips",
    ] {
      #expect(try regex.wholeMatch(in: name) != nil, "\(name)")
    }
  }

  @Test func `append the profile's own steps to each`() throws {
    var step = MonitoringProfileSpec.Metrics.Relabeling()
    (step.targetLabel, step.replacement) = ("site", "hangzhou")
    let profile = Self.profile {
      $0.spec.metrics.relabelings = [step]
      $0.spec.metrics.metricRelabelings = [step]
    }
    for manifest in Self.scraping(profile) {
      let spec = try #require(manifest.content["spec"])
      let endpoint = spec["endpoints"]?[0] ?? spec["podMetricsEndpoints"]?[0] ?? spec
      for field in ["relabelings", "metricRelabelings"] {
        #expect(endpoint[field]?.array?.last?["targetLabel"] == "site", "\(manifest.reference): \(field)")
      }
    }
  }
}

/// The two actions of relabeling that our own steps use, as Prometheus applies them.
private enum Relabeling {
  /// `nil` when the target is dropped.
  static func apply(_ steps: [JSONValue], to labels: [String: String]) throws -> [String: String]? {
    var labels = labels
    for step in steps {
      let sources = (step["sourceLabels"]?.array ?? []).compactMap(\.string)
      let value = sources.map { labels[$0] ?? "" }.joined(separator: ";")
      let match = try Regex(step["regex"]?.string ?? "(.*)").wholeMatch(in: value)
      switch step["action"]?.string {
      case "keep": if match == nil { return nil }
      default:
        guard let match, let target = step["targetLabel"]?.string else { continue }
        let group = match.output.count > 1 ? match.output[1].substring.map(String.init) ?? "" : ""
        labels[target] = (step["replacement"]?.string ?? "${1}").replacing("${1}", with: group)
      }
    }
    return labels
  }
}
