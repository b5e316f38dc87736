import KubernetesModel
import Monitoring
import TerwayModel

/// Whether what each generated scrape object selects is there: a selector that matches nothing is no error to anybody, and
/// no metric either.
struct TargetReport: Hashable, Sendable {
  struct Entry: Hashable, Sendable {
    var reference: ObjectReference
    /// What is missing, for a person; `nil` when nothing is.
    var missing: String?
  }

  /// In the order of the manifests; objects of other kinds are left out.
  var entries: [Entry]

  init(_ manifests: [Manifest], for spec: MonitoringProfileSpec, in view: ClusterView) {
    entries = manifests.compactMap { manifest in
      guard let target = manifest.scrapeTarget else { return nil }
      return Entry(reference: manifest.reference, missing: view.missing(target, spec))
    }
  }

  var withoutTargets: [Entry] { entries.filter { $0.missing != nil } }
}

extension ClusterView {
  fileprivate func missing(_ target: ScrapeTarget, _ spec: MonitoringProfileSpec) -> String? {
    let terway = spec.terway
    switch target {
    case .operator:
      let labels = LabelSelector(matchLabels: endpoint.labels).queryText
      guard !services.isEmpty else { return "no Service in namespace \(endpoint.namespace) has the labels \(labels)" }
      return services.contains { $0.contains(endpoint.port) }
        ? nil
        : "no Service with the labels \(labels) in namespace \(endpoint.namespace) has a port named \(endpoint.port)"
    case .agent:
      return missing(
        "DaemonSet of agents in namespace \(endpoint.namespace)", agents.first, labels: AgentPods.labels,
        port: "metrics")
    case .controlplane:
      return missing(
        "Deployment \(terway.namespace)/terway-controlplane", controlplane, labels: ControlplanePods.labels,
        port: "metrics")
    case .daemon(let container):
      return missing(
        "DaemonSet \(terway.namespace)/terway-eniip", daemon, labels: terway.podLabels, container: container)
    }
  }

  private func missing(
    _ name: String, _ workload: WorkloadView.Facts?, labels: [String: String], port: String? = nil,
    container: String? = nil
  ) -> String? {
    guard let workload else { return "there is no \(name)" }
    guard labels.allSatisfy({ workload.podLabels[$0.key] == $0.value }) else {
      return "pods of the \(name) lack the labels \(LabelSelector(matchLabels: labels).queryText)"
    }
    if let port, !workload.containers.values.contains(where: { $0.ports.contains(port) }) {
      return "no container of the \(name) declares a port named \(port)"
    }
    if let container, workload.containers[container] == nil { return "the \(name) has no container \(container)" }
    return workload.wantsPods ? nil : "the \(name) has no pods to run"
  }
}
