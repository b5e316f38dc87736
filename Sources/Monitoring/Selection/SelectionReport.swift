import KubernetesModel

/// Which Prometheus takes up each generated monitor and rule: an object that none selects looks fine and does nothing.
///
/// `PrometheusAgent` resources are not read. An agent evaluates no rules, so that it cannot do alone in any case.
public struct SelectionReport: Hashable, Sendable {
  /// Of one object of a kind that Prometheus selects.
  public struct Entry: Hashable, Sendable {
    public var reference: ObjectReference
    /// `namespace/name` of each Prometheus resource that selects it, sorted.
    public var selectedBy: [String]
    /// Why each of the others does not, for a person.
    public var obstacles: [String]
  }

  /// In the order of the manifests; objects of other kinds are left out.
  public var entries: [Entry]
  /// Whether there is any Prometheus resource at all.
  public var hasPrometheus: Bool

  public init(_ manifests: [Manifest], in cluster: DetectedCluster) {
    hasPrometheus = !cluster.prometheuses.isEmpty
    let prometheuses = cluster.prometheuses.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    entries = manifests.compactMap { manifest in
      guard let selector = Self.selectors[manifest.reference.resource] else { return nil }
      var entry = Entry(reference: manifest.reference, selectedBy: [], obstacles: [])
      for prometheus in prometheuses {
        let obstacle = prometheus.obstacle(
          selector, to: manifest.labels, in: manifest.reference.key.namespace ?? "",
          labelled: cluster.namespaceLabels)
        if let obstacle {
          entry.obstacles.append(obstacle)
        } else {
          entry.selectedBy.append(prometheus.displayName)
        }
      }
      return entry
    }
  }

  /// Those that nothing selects.
  public var unselected: [Entry] { entries.filter(\.selectedBy.isEmpty) }

  fileprivate struct Selector: Sendable {
    var field: String
    var path: @Sendable (DetectedPrometheus) -> DetectedPrometheus.Selection
  }

  fileprivate static let selectors: [ResourceType: Selector] = [
    GeneratedResource.serviceMonitor: Selector(field: "serviceMonitorSelector") { $0.serviceMonitors },
    GeneratedResource.podMonitor: Selector(field: "podMonitorSelector") { $0.podMonitors },
    GeneratedResource.scrapeConfig: Selector(field: "scrapeConfigSelector") { $0.scrapeConfigs },
    GeneratedResource.prometheusRule: Selector(field: "ruleSelector") { $0.rules },
  ]
}

extension DetectedPrometheus {
  /// Why this Prometheus does not select an object of the cluster; `nil` when it does, or takes up no objects of this kind.
  ///
  /// - Parameter namespaceLabels: of the object's namespace; `nil` = not known.
  public func obstacle(
    toSelecting kind: ResourceType, _ metadata: ObjectMeta, _ namespaceLabels: [String: String]?
  ) -> String? {
    SelectionReport.selectors[kind].flatMap {
      obstacle($0, to: metadata.labels, in: metadata.namespace ?? "", labelled: namespaceLabels)
    }
  }

  fileprivate func obstacle(
    _ selector: SelectionReport.Selector, to labels: [String: String], in namespace: String,
    labelled namespaceLabels: [String: String]?
  ) -> String? {
    let selection = selector.path(self)
    guard let objects = selection.objects else { return "\(displayName) selects none, for want of a \(selector.field)" }
    let unmet = objects.unmet(by: labels)
    guard unmet.isEmpty else {
      return "\(displayName) wants \(unmet.joined(separator: " and ")) among its labels"
    }
    return obstacle(selection, to: namespace, labelled: namespaceLabels)
  }
}

extension Manifest {
  /// As they stand in its metadata.
  var labels: [String: String] {
    (content.at("metadata", "labels")?.object ?? [:]).compactMapValues(\.string)
  }
}
