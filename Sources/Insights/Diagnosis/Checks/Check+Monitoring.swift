import KubernetesModel
import Monitoring
import TerwayModel

/// The way of a metric: endpoint, scrape object, selection, target, series; and what performance tests measured.
extension Check {
  static func scrapeObjects(_ examination: Examination) -> [Symptom] {
    let snapshot = examination.snapshot
    return snapshot.scrapeObjects.elements.flatMap { object -> [Symptom] in
      let names = [
        "namespace": object.metadata.namespace ?? "", "name": object.metadata.name,
        "resource": object.kind.qualifiedName,
      ]
      var found: [Symptom] = []
      if let missing = missingEndpoint(of: object, snapshot) {
        found.append(
          Symptom(
            .scrapeEndpointMissing, object.title, nodes: nil, [Evidence(object.title, "spec.selector", missing)],
            names: names))
      }
      let prometheuses = snapshot.prometheuses.elements
      if !prometheuses.isEmpty {
        let labels = snapshot.namespaces.value?[object.metadata.namespace ?? ""]
        let obstacles = prometheuses.map { $0.obstacle(toSelecting: object.kind, object.metadata, labels) }
        if obstacles.allSatisfy({ $0 != nil }) {
          let evidence = obstacles.compactMap(\.self).prefix(5).map { Evidence(object.title, "metadata.labels", $0) }
          found.append(Symptom(.scrapeObjectNotSelected, object.title, nodes: nil, Array(evidence), names: names))
        }
      }
      return found
    }
  }

  /// What there should be for a scrape object; `nil` where it is there, or nobody knows.
  private static func missingEndpoint(of object: ScrapeObject, _ snapshot: ClusterSnapshot) -> String? {
    func isSelected(_ metadata: ObjectMeta) -> Bool {
      object.namespaces?.contains(metadata.namespace ?? "") ?? true && object.selector.matches(metadata.labels)
    }
    if object.kind == GeneratedResource.serviceMonitor {
      guard let services = snapshot.services.value else { return nil }
      let matching = services.filter { isSelected($0.metadata) }
      if matching.isEmpty { return "no Service has the labels \(object.selector.queryText)" }
      let lacking = object.ports.filter { port in !matching.contains { $0.ports.contains(port) } }
      return lacking.isEmpty ? nil : "no Service that it selects has a port named \(lacking.joined(separator: ", "))"
    }
    guard object.kind == GeneratedResource.podMonitor, let pods = snapshot.terwayPods.value, snapshot.scope.node == nil
    else { return nil }
    return pods.contains { isSelected($0.metadata) }
      ? nil : "no pod of Terway or of its agents has the labels \(object.selector.queryText)"
  }

  static func profiles(_ examination: Examination) -> [Symptom] {
    examination.snapshot.profiles.elements.flatMap { profile -> [Symptom] in
      let title = "TerwayMonitoringProfile \(profile.metadata.name)"
      let names = ["profile": profile.metadata.name]
      let lacking = (profile.status?.resources ?? []).filter { $0.state != .synced }.map { resource in
        Symptom(
          .scrapeObjectMissing, "\(resource.kind) \(resource.namespace)/\(resource.name)", nodes: nil,
          severity: resource.state == .crdMissing ? .info : nil,
          [Evidence(title, "status.resources", "\(resource.state.rawValue): \(resource.message)")], names: names)
      }
      return lacking + performance(profile, title, names)
    }
  }

  /// The share of lost packets that is worth a word.
  private static let tolerableLoss = 0.01

  private static func performance(
    _ profile: MonitoringProfile, _ title: String, _ names: [String: String]
  ) -> [Symptom] {
    guard let test = profile.status?.performanceTest else { return [] }
    var found: [Symptom] = []
    if test.state == .failed {
      found.append(
        Symptom(
          .performanceTestFailed, title, nodes: [], [Evidence(title, "status.performanceTest.message", test.message)],
          names: names))
    }
    if let result = test.result {
      let trips = [("ping", result.ping), ("tcpConnect", result.tcpConnect)]
      let evidence = trips.compactMap { name, trip -> Evidence? in
        guard let trip, trip.lossRatio > tolerableLoss else { return nil }
        return Evidence(
          title, "status.performanceTest.result.\(name)",
          "\(trip.attempts - trip.answers) of \(trip.attempts) lost, \(result.clientNode) to \(result.serverNode)",
          at: RFC3339.seconds(result.completionTime))
      }
      if !evidence.isEmpty {
        let nodes = Set([result.clientNode, result.serverNode]).subtracting([""])
        found.append(Symptom(.packetLoss, title, nodes: nodes, evidence, names: names))
      }
    }
    return found
  }

  static func scraping(_ examination: Examination) -> [Symptom] {
    guard let state = examination.snapshot.targets.value else { return [] }
    let down = Dictionary(grouping: state.targets.filter { !$0.isUp }) { "\($0.namespace)/\($0.job)" }
    let targets = down.sorted { $0.key < $1.key }.map { job, targets in
      Symptom(
        .targetDown, "job \(job)", nodes: nil,
        targets.prefix(5).map { Evidence("target \($0.instance)", "up", "0") },
        names: ["namespace": targets.first?.namespace ?? ""])
    }
    let absent = state.series.filter { $0.value == 0 }.keys.sorted()
    guard !absent.isEmpty else { return targets }
    return targets + [
      Symptom(.metricsAbsent, "Prometheus", nodes: nil, absent.map { Evidence("Prometheus", "series \($0)", "none") })
    ]
  }

  /// What was unusual within the time that is looked at, or began before and lasts: one finding for each signal.
  static func unusualReadings(_ examination: Examination) -> [Symptom] {
    examination.snapshot.signals.elements.compactMap { review in
      let telling = review.anomalies.filter { anomaly in
        let isRecent = anomaly.time >= examination.now - AnomalyDetector.memory
        return anomaly.time >= examination.since || (isRecent && review.isLasting(anomaly))
      }
      guard let last = telling.last else { return nil }
      let evidence = telling.suffix(3).map { anomaly in
        let (value, usual) = (review.signal.text(anomaly.value), review.signal.text(anomaly.usual))
        let now = anomaly == last ? review.latest.map { "; now \(review.signal.text($0))" } ?? "" : ""
        return Evidence(
          "Prometheus", review.signal.id, "\(value), usually \(usual): \(anomaly.aspect.text.en)\(now)",
          at: anomaly.time)
      }
      return Symptom(.readingUnusual, review.signal.title.en, nodes: nil, evidence)
    }
  }
}
