import KubernetesModel
import Serialization
import TerwayModel

/// What makes Prometheus scrape the series that everything else here is built on: one object for each exporter that is
/// Terway's or ours, where it was found and something is made of its series. What the usual monitors of a cluster scrape
/// (cAdvisor, node_exporter, kube-state-metrics, the API server) is left to them.
///
/// Terway as it comes serves its daemon's metrics on a socket that only root of its node can open, and declares no port: no
/// monitor can scrape it. The operator exports what is known of every node, so the first monitor selects the operator's
/// Service. A daemon that was told to listen on TCP is found by its pods, through a ScrapeConfig: monitors want a port that
/// is declared.
enum ScrapeObjects {
  static func manifests(_ context: RenderContext) -> [Manifest] {
    [operatorMonitor(context)]
      + [agentMonitor(context), controlplaneMonitor(context), daemonScrape(context), hubbleScrape(context)]
      .compactMap(\.self)
  }

  /// The `job` of series, as the catalogue's queries know it.
  enum Job {
    static let agent = "terway-agent"
    static let daemon = "terway-daemon"
    static let hubble = "hubble"
  }

  // MARK: Monitors

  private static func operatorMonitor(_ context: RenderContext) -> Manifest {
    let endpoint = context.endpoint
    let spec: JSONValue = [
      "jobLabel": .string(OperatorEndpoint.jobLabel),
      "selector": ["matchLabels": JSONValue(endpoint.labels)],
      "namespaceSelector": ["matchNames": [.string(endpoint.namespace)]],
      "endpoints": [
        // The exporter speaks for other nodes and pods: its own node and pod must not replace theirs.
        context.scraping(
          .operator, port: endpoint.port, honorLabels: true, [.replace(.podNode, "node"), .replace(.pod, "pod")])
      ],
    ]
    return Manifest(
      GeneratedResource.serviceMonitor, namespace: context.spec.namespace,
      name: ObjectName.subdomain(context.profile, "-monitor"),
      labels: context.labels(selectedBy: \.serviceMonitors),
      ["spec": spec.merging(ScrapeLimits.operator.fields(of: GeneratedResource.serviceMonitor, context))],
      scraping: .operator)
  }

  private static func agentMonitor(_ context: RenderContext) -> Manifest? {
    guard context.scrapes(.agent) else { return nil }
    return podMonitor(
      context, .agent, "-agent-monitor", selector: AgentPods.labels, in: context.endpoint.namespace, limits: .nodes,
      // The agent speaks for the pods of its node. Its job must not be the operator's, whose other labels it shares.
      context.scraping(
        .agent, port: "metrics", honorLabels: true, [.replace(.podNode, "node"), .set("job", Job.agent)]))
  }

  private static func controlplaneMonitor(_ context: RenderContext) -> Manifest? {
    guard context.scrapes(.terwayControlplane), let port = context.cluster.ports[.terwayControlplane] else {
      return nil
    }
    let isDeclared = port == ControlplanePods.declaredPort
    return podMonitor(
      context, .controlplane, "-controlplane-monitor", selector: ControlplanePods.labels,
      in: context.spec.terway.namespace, limits: .few,
      // Its series of nodes name the node themselves.
      context.scraping(
        .terwayControlplane, port: "metrics", honorLabels: true,
        isDeclared
          ? []
          : [.replace(.address, "__address__", matching: "(.+):\\d+", with: "${1}:\(port)")]),
      jobLabel: ControlplanePods.jobLabel)
  }

  private static func podMonitor(
    _ context: RenderContext, _ target: ScrapeTarget, _ suffix: String, selector: [String: String],
    in namespace: String, limits: ScrapeLimits, _ endpoint: JSONValue, jobLabel: String? = nil
  ) -> Manifest {
    var spec: JSONValue = [
      "selector": ["matchLabels": JSONValue(selector)],
      "namespaceSelector": ["matchNames": [.string(namespace)]],
      "podMetricsEndpoints": [endpoint],
    ]
    if let jobLabel { spec["jobLabel"] = .string(jobLabel) }
    return Manifest(
      GeneratedResource.podMonitor, namespace: context.spec.namespace,
      name: ObjectName.subdomain(context.profile, suffix), labels: context.labels(selectedBy: \.podMonitors),
      ["spec": spec.merging(limits.fields(of: GeneratedResource.podMonitor, context))], scraping: target)
  }

  // MARK: Scrape configurations

  private static func daemonScrape(_ context: RenderContext) -> Manifest? {
    daemonPods(context, .terwayDaemon, container: "terway", job: Job.daemon, "-daemon-scrape")
  }

  /// Hubble is part of the datapath's agent, which runs in a container of Terway's pods.
  private static func hubbleScrape(_ context: RenderContext) -> Manifest? {
    daemonPods(context, .hubble, container: "policy", job: Job.hubble, "-hubble-scrape")
  }

  /// A container of the daemon's pods, on a port that it does not declare. Prometheus finds one target for each container.
  private static func daemonPods(
    _ context: RenderContext, _ exporter: Exporter, container: String, job: String, _ suffix: String
  ) -> Manifest? {
    guard context.scrapes(exporter), let port = context.cluster.ports[exporter] else { return nil }
    let terway = context.spec.terway
    let relabelings: [RelabelingStep] = [
      .keep(.podPhase, "Running"), .keep(.container, container),
      .replace(.podIP, "__address__", with: "${1}:\(port)"),
      .replace(.podIP, "__address__", matching: "(.*:.*)", with: "[${1}]:\(port)"),
      .replace(.podNode, "node"), .replace(.namespace, "namespace"), .replace(.pod, "pod"), .set("job", job),
    ]
    var spec: JSONValue = [
      "kubernetesSDConfigs": [
        [
          "role": "Pod", "namespaces": ["names": [.string(terway.namespace)]],
          "selectors": [
            ["role": "Pod", "label": .string(LabelSelector(matchLabels: terway.podLabels).queryText)]
          ],
        ]
      ]
    ]
    for (field, value) in context.scraping(exporter, port: nil, honorLabels: false, relabelings).object ?? [:] {
      // The same under another name.
      spec[["path": "metricsPath", "interval": "scrapeInterval"][field] ?? field] = value
    }
    return Manifest(
      GeneratedResource.scrapeConfig, namespace: context.spec.namespace,
      name: ObjectName.subdomain(context.profile, suffix), labels: context.labels(selectedBy: \.scrapeConfigs),
      ["spec": spec.merging(ScrapeLimits.nodes.fields(of: GeneratedResource.scrapeConfig, context))],
      scraping: .daemon(container: container))
  }
}

extension RenderContext {
  /// Whether something is made of what an exporter serves, and it was found.
  fileprivate func scrapes(_ exporter: Exporter) -> Bool {
    cluster.exporters?.contains(exporter) ?? false && !signals.names(from: exporter).isEmpty
  }

  /// How an exporter's targets are scraped: the fields of a monitor's endpoint.
  fileprivate func scraping(
    _ exporter: Exporter, port: String?, honorLabels: Bool, _ relabelings: [RelabelingStep]
  ) -> JSONValue {
    let metrics = spec.metrics
    var endpoint: JSONValue = [
      "path": "/metrics", "interval": .string(metrics.interval.text),
      "scrapeTimeout": .string(metrics.scrapeTimeout.text), "honorLabels": .bool(honorLabels),
    ]
    if let port { endpoint["port"] = .string(port) }
    let targets = relabelings.map(\.json) + metrics.relabelings.map(\.json)
    if !targets.isEmpty { endpoint["relabelings"] = .array(targets) }
    let samples =
      [KeepList.step(metrics.keep, and: signals.names(from: exporter))].compactMap { $0?.json }
      + metrics.metricRelabelings.map(\.json)
    if !samples.isEmpty { endpoint["metricRelabelings"] = .array(samples) }
    return endpoint
  }
}

extension JSONValue {
  /// With the members of another object; those win.
  fileprivate func merging(_ members: [String: JSONValue]) -> JSONValue {
    .object((object ?? [:]).merging(members) { $1 })
  }
}
