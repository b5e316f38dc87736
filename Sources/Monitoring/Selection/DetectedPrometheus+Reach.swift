import KubernetesModel

extension DetectedCluster {
  /// The Prometheus resources whose selection reaches a namespace, by name; all where none does, because somebody may yet
  /// label the namespace.
  func prometheuses(
    lookingInto namespace: String, for selection: KeyPath<DetectedPrometheus, DetectedPrometheus.Selection>
  ) -> [DetectedPrometheus] {
    let sorted = prometheuses.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    let reaching = sorted.filter {
      $0.obstacle($0[keyPath: selection], to: namespace, labelled: namespaceLabels) == nil
    }
    return reaching.isEmpty ? sorted : reaching
  }
}

extension DetectedPrometheus {
  var displayName: String { "\(namespace)/\(name)" }

  /// Why a selection does not look into a namespace; `nil` when it does, or when the namespace's labels are not known.
  func obstacle(_ selection: Selection, to namespace: String, labelled labels: [String: String]?) -> String? {
    guard let namespaces = selection.namespaces else {
      return self.namespace == namespace
        ? nil : "\(displayName) looks into its own namespace only, for want of a namespace selector"
    }
    guard let labels else { return nil }
    let unmet = namespaces.unmet(by: labels)
    return unmet.isEmpty
      ? nil : "\(displayName) wants \(unmet.joined(separator: " and ")) among the labels of namespace \(namespace)"
  }
}

extension LabelSelector {
  /// The requirements that labels do not meet, as `kubectl get -l` writes them.
  func unmet(by labels: [String: String]) -> [String] {
    let equalities = matchLabels.filter { labels[$0.key] != $0.value }.map {
      LabelSelector(matchLabels: [$0.key: $0.value])
    }
    let expressions = matchExpressions.filter { !$0.matches(labels) }.map { LabelSelector(matchExpressions: [$0]) }
    return equalities.map(\.queryText).sorted() + expressions.map(\.queryText)
  }
}
