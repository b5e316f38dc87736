import KubernetesModel
import TerwayModel

/// What does not follow from findings alone.
extension ComplianceCheck {
  static let pinnedImages: @Sendable (Subject) -> Verdict = { subject in
    guard let pods = subject.snapshot.terwayPods.value else { return .unknown("pods of Terway are not known") }
    let images = Set(pods.flatMap { $0.containers.map(\.image) }).subtracting([""])
    let loose = images.filter { image in
      guard !image.contains("@sha256:") else { return false }
      let name = image.split(separator: "/").last ?? ""
      let parts = name.split(separator: ":", maxSplits: 1)
      return parts.count < 2 || parts[1] == "latest"
    }
    if images.isEmpty { return .unknown("there are no pods of Terway") }
    return loose.isEmpty
      ? .pass(images.sorted().joined(separator: ", ")) : .fail(loose.sorted().joined(separator: ", "))
  }

  /// From this share on a node is taken to be full.
  private static let fullShare = 0.9

  static let headroom: @Sendable (Subject) -> Verdict = { subject in
    guard let resources = subject.snapshot.resources.value else {
      return .unknown("Terway has no Node resources here")
    }
    let inventory = Inventory(subject.snapshot)
    let full = inventory.nodes.filter { $0.limit > 0 && Double($0.used) >= fullShare * Double($0.limit) }
    guard !full.isEmpty else {
      return .pass("\(resources.count) nodes below \(Int(fullShare * 100)) % of their addresses")
    }
    return .fail("\(full.count) nodes, first \(full[0].name) with \(full[0].used) of \(full[0].limit)")
  }

  static let collection: @Sendable (Subject) -> Verdict = { subject in
    let lacking = subject.diagnosis.findings.filter {
      [.scrapeEndpointMissing, .scrapeObjectNotSelected, .targetDown, .metricsAbsent].contains($0.id)
    }
    if let first = lacking.first { return .fail("\(first.id.rawValue): \(first.object)") }
    let objects = subject.snapshot.scrapeObjects.elements
    return objects.isEmpty
      ? .fail("no ServiceMonitor or PodMonitor of Terway") : .pass("\(objects.count) scrape objects")
  }

  static let alerts: @Sendable (Subject) -> Verdict = { subject in
    guard let rules = subject.facts.alerts.value else {
      return subject.facts.alerts.reason.map { .unknown($0) } ?? .fail("PrometheusRules are not served here")
    }
    let count = rules.reduce(0) { $0 + $1.alerts.count }
    return count > 0 ? .pass("\(count) alerts in \(rules.count) PrometheusRules") : .fail("no alert on Terway")
  }

  /// In seconds.
  private static let testInterval = 30 * 86_400.0

  static let measured: @Sendable (Subject) -> Verdict = { subject in
    let results = subject.snapshot.profiles.elements.compactMap { $0.status?.performanceTest?.result }
    let newest = results.compactMap { RFC3339.seconds($0.completionTime) }.max()
    guard let newest else { return .fail("no result of a performance test") }
    let days = Int((subject.snapshot.time - newest) / 86_400)
    return subject.snapshot.time - newest <= testInterval ? .pass("\(days) days ago") : .fail("\(days) days ago")
  }

  /// Administrators, and accounts of the system.
  private static let trusted = ["Group system:masters", "ServiceAccount kube-system/", "User system:"]

  static let changers: @Sendable (Subject) -> Verdict = { subject in
    guard let access = subject.facts.access.value, let target = AccessRights.targets.first else {
      return .unknown(subject.facts.access.reason ?? "RBAC is not served here")
    }
    let holders = access.holders(of: target).map(\.subject)
    let others = holders.filter { holder in
      !trusted.contains { holder.hasPrefix($0) } && holder != "ServiceAccount terway-operator-system/terway-operator"
    }
    return others.isEmpty
      ? .pass("\(holders.count) subjects, all of the system") : .fail(others.joined(separator: ", "))
  }
}
