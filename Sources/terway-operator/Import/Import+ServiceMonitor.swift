import Serialization

extension Import {
  private static let reasonForTargets =
    "the operator finds its targets itself, and scrapes them as docs/reference/scraping.md says"

  mutating func addMonitor(_ subject: Subject) -> Bool {
    let place = subject.place
    guard let endpoints = place["spec"]?["endpoints"], case .array = endpoints.value else {
      reject(subject, place["spec"] ?? place, "must have spec.endpoints, a list")
      return false
    }
    setNamespace(subject)
    setSelectorLabels(subject)
    if let name = place.name, name.hasSuffix("-monitor"), profileName == nil { setProfileName(name.dropLast(8)) }
    if let spec = place["spec"] {
      loseRest(
        subject, spec, besides: ["endpoints", "selector", "namespaceSelector", "jobLabel"], Self.reasonForTargets)
      let namespaces = spec[["namespaceSelector", "matchNames"]]
      if let namespaces, namespaces.elements.count == 1, let only = text(subject, namespaces.elements[0]) {
        set(["terway", "namespace"], .string(only), subject, namespaces.elements[0])
      } else if let namespaces {
        lose(subject, namespaces, "a profile knows one namespace of Terway, in spec.terway.namespace")
      }
    }
    for endpoint in endpoints.elements.prefix(1) { addEndpoint(subject, endpoint) }
    for other in endpoints.elements.dropFirst() { lose(subject, other, Self.reasonForTargets) }
    return true
  }

  /// A name that a profile may have.
  private mutating func setProfileName(_ name: Substring) {
    if let name = ValueSyntax.resourceName.parse(String(name)) { profileName = name }
  }

  private mutating func addEndpoint(_ subject: Subject, _ endpoint: Place) {
    loseRest(
      subject, endpoint,
      besides: ["interval", "scrapeTimeout", "relabelings", "metricRelabelings", "port", "targetPort", "path"],
      Self.reasonForTargets)
    for field in ["interval", "scrapeTimeout"] {
      guard let place = endpoint[field], let duration = text(subject, place) else { continue }
      set(["metrics", field], .string(duration), subject, place)
    }
    for step in endpoint["relabelings"]?.elements ?? [] where !isBuiltIn(step) {
      append(to: ["metrics", "relabelings"], relabeling(step), subject, step)
    }
    for step in endpoint["metricRelabelings"]?.elements ?? [] {
      let onName = step["sourceLabels"]?.value == ["__name__"]
      if onName, step["action"]?.value.string?.lowercased() == "keep", let regex = step["regex"]?.value {
        set(["metrics", "keep"], [regex], subject, step)
      } else {
        append(to: ["metrics", "metricRelabelings"], relabeling(step), subject, step)
      }
    }
  }

  /// The labels node and pod, which every monitor of a profile sets.
  private func isBuiltIn(_ step: Place) -> Bool {
    let labels = ["node": "__meta_kubernetes_pod_node_name", "pod": "__meta_kubernetes_pod_name"]
    guard let target = step["targetLabel"]?.value.string, let source = labels[target] else { return false }
    let others = Set(step.value.object?.keys ?? [:].keys).subtracting(["sourceLabels", "targetLabel", "action"])
    return step["sourceLabels"]?.value == [.string(source)] && others.isEmpty
  }

  /// prometheus-operator takes actions in either case, a profile in lower case.
  private func relabeling(_ step: Place) -> JSONValue {
    var value = step.value
    if let action = value["action"]?.string { value["action"] = .string(action.lowercased()) }
    return value
  }

  // MARK: What several kinds have

  /// Where monitors, rules and dashboards are.
  mutating func setNamespace(_ subject: Subject) {
    guard let place = subject.place["metadata"]?["namespace"], let namespace = text(subject, place) else { return }
    set(["namespace"], .string(namespace), subject, place)
  }

  /// Labels of a monitor or a rule are what a Prometheus selects it by.
  mutating func setSelectorLabels(_ subject: Subject) {
    for (name, label) in subject.place["metadata"]?["labels"]?.members ?? [] {
      guard let value = text(subject, label) else { continue }
      set(["selectorLabels", name], .string(value), subject, label)
    }
  }

  mutating func append(to keys: [String], _ value: JSONValue, _ subject: Subject, _ place: Place) {
    profile.append(value, to: keys, from: SpecDraft.Origin(place: place, title: subject.title))
  }
}
