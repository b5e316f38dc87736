import KubernetesModel
import Serialization
import TerwayModel

/// Whether Terway is told what works.
extension Check {
  static func configurationFiles(_ examination: Examination) -> [Symptom] {
    guard let files = examination.snapshot.configurations.value else { return [] }
    var found: [Symptom] = []
    if files[Examination.base] == nil {
      let object = Examination.configMap(Examination.base)
      found.append(
        Symptom(
          .configMissing, object, nodes: nil, [Evidence(object, "metadata", "there is none")],
          names: ["configmap": Examination.base]))
    }
    let users = Dictionary(grouping: examination.snapshot.nodes.elements) { $0.configurationName ?? "" }
    for (name, file) in files.sorted(by: { $0.key < $1.key }) {
      let isCluster = name == Examination.base
      if name == TerwayConfigMap.controlplane.name {
        found += degradation(file)
        continue
      }
      let nodes: Set<String>? = isCluster ? nil : Set((users[name] ?? []).map(\.metadata.name))
      found += contentFindings(name, file, nodes)
      if let configuration = file.configuration { found += keys(name, configuration, nodes, isCluster) }
    }
    return found
  }

  private static func degradation(_ file: ConfigurationFile) -> [Symptom] {
    guard !file.map.degradation.isEmpty else { return [] }
    let name = TerwayConfigMap.controlplane.name
    let object = Examination.configMap(name)
    return [
      Symptom(
        .controlplaneDegraded, object, nodes: nil,
        [Evidence(object, "data[ctrl-config.yaml].degradation", file.map.degradation, at: file.lastChange)],
        names: ["configmap": name])
    ]
  }

  private static func contentFindings(_ name: String, _ file: ConfigurationFile, _ nodes: Set<String>?) -> [Symptom] {
    let object = Examination.configMap(name)
    let fault: String? =
      switch file.map.content {
      case .configuration: nil
      case .none: "there is none"
      case .malformed: "is no JSON object"
      }
    return fault.map {
      [
        Symptom(
          .configMalformed, object, nodes: nodes,
          [Evidence(object, "data.\(TerwayConfigMap.key)", $0, at: file.lastChange)], names: ["configmap": name])
      ]
    } ?? []
  }

  private static func keys(
    _ name: String, _ configuration: EniConfiguration, _ nodes: Set<String>?, _ isCluster: Bool
  ) -> [Symptom] {
    let object = Examination.configMap(name)
    let names = ["configmap": name]
    func field(_ key: String) -> String { "data.\(TerwayConfigMap.key).\(key)" }
    var found: [Symptom] = []
    let keys = (configuration.content.object ?? [:]).keys.sorted()
    let unknown = keys.filter { !EniConfigurationKeys.isKnown($0) }.map { key in
      let meant = Suggestion.closest(to: key, among: EniConfigurationKeys.known.sorted())
      return Evidence(object, field(key), meant.map { "no key of Terway; \($0) is one" } ?? "no key of Terway")
    }
    if !unknown.isEmpty { found.append(Symptom(.configUnknownKey, object, nodes: nodes, unknown, names: names)) }
    let deprecated = keys.compactMap { key in
      EniConfigurationKeys.deprecated[key.lowercased()].map { Evidence(object, field(key), "in its place: \($0)") }
    }
    if !deprecated.isEmpty {
      found.append(Symptom(.configDeprecatedKey, object, nodes: nodes, deprecated, names: names))
    }
    if configuration.heldCredentials {
      found.append(
        Symptom(
          .credentialsInConfig, object, nodes: nodes, [Evidence(object, field("access_key"), "not shown")],
          names: names))
    }
    return found
  }

  // MARK: What comes of it on a node

  static func nodeConfigurations(_ examination: Examination) -> [Symptom] {
    guard let files = examination.snapshot.configurations.value else { return [] }
    var found: [Symptom] = []
    for node in examination.snapshot.nodes.elements {
      let name = node.metadata.name
      if let own = node.configurationName, files[own] == nil {
        found.append(
          Symptom(
            .nodeConfigMissing, "Node \(name)", nodes: [name],
            [Evidence("Node \(name)", "metadata.labels[terway-config]", "\(own), which is not in kube-system")],
            names: ["node": name]))
      }
      guard examination.base != nil else { continue }
      found += bounds(node, examination) + zone(node, examination)
    }
    return found
  }

  private static func bounds(_ node: ClusterNode, _ examination: Examination) -> [Symptom] {
    let mode = examination.mode(node)
    guard mode == .crd || mode == .legacy else { return [] }
    let (minimum, maximum) = EniConfiguration.poolBounds(own: examination.own(node), base: examination.base)
    let name = node.metadata.name
    guard minimum <= maximum else {
      let source = ["min_pool_size", "max_pool_size"].contains { examination.own(node)?.content[$0] != nil }
      let map = source ? node.configurationName ?? Examination.base : Examination.base
      let object = Examination.configMap(map)
      return [
        Symptom(
          .poolBoundsInverted, object, nodes: source ? [name] : nil, severity: mode == .crd ? .critical : .warning,
          [Evidence(object, "data.eni_conf.min_pool_size", "\(minimum), above max_pool_size: \(maximum)")],
          names: ["configmap": map, "node": name])
      ]
    }
    return mode == .crd ? drift(node, minimum, maximum, examination) : []
  }

  /// How long a daemon may take to follow, in seconds.
  private static let followingTime = 120.0

  private static func drift(
    _ node: ClusterNode, _ minimum: Int, _ maximum: Int, _ examination: Examination
  ) -> [Symptom] {
    let name = node.metadata.name
    let files = examination.snapshot.configurations.value ?? [:]
    let changed = [Examination.base, node.configurationName].compactMap { $0.flatMap { files[$0]?.lastChange } }.max()
    guard let pool = examination.resources[name]?.pool, examination.now - (changed ?? 0) > followingTime else {
      return []
    }
    let object = Examination.resource(name)
    let fields = [("minPoolSize", pool.minimum, minimum), ("maxPoolSize", pool.maximum, maximum)]
    let evidence = fields.compactMap { field, actual, wanted -> Evidence? in
      guard let actual, actual != wanted else { return nil }
      return Evidence(object, "spec.pool.\(field)", "\(actual), and the configuration says \(wanted)", at: changed)
    }
    return evidence.isEmpty
      ? [] : [Symptom(.configDrift, object, nodes: [name], evidence, names: ["node": name])]
  }

  private static func zone(_ node: ClusterNode, _ examination: Examination) -> [Symptom] {
    let (name, zone) = (node.metadata.name, examination.zone(node))
    let maps = [examination.own(node), examination.base].compactMap { $0?.content["vswitches"]?.object }
    // Without any, Terway takes the vSwitch of the instance itself.
    guard !zone.isEmpty, examination.mode(node) != .unmanaged, maps.contains(where: { !$0.isEmpty }),
      !maps.contains(where: { !($0[zone]?.array ?? []).isEmpty })
    else { return [] }
    let object = Examination.configMap(Examination.base)
    return [
      Symptom(
        .zoneWithoutVSwitch, "zone \(zone)", nodes: [name],
        [
          Evidence(object, "data.eni_conf.vswitches[\(zone)]", "there is none"), Evidence("Node \(name)", "zone", zone),
        ],
        names: ["zone": zone, "configmap": Examination.base, "node": name])
    ]
  }

  // MARK: Daemons that are older than what they should know

  static func staleDaemons(_ examination: Examination) -> [Symptom] {
    guard let files = examination.snapshot.configurations.value, let base = files[Examination.base],
      !examination.isCentral,
      base.configuration != nil
    else { return [] }
    var stale: [String: [(node: String, started: Double)]] = [:]
    for (node, pods) in examination.daemons {
      let started = pods.flatMap(\.containers).first { $0.name == "terway" }?.startTime
      guard let started else { continue }
      let own = examination.nodes[node]?.configurationName
      for name in [Examination.base, own].compactMap(\.self) {
        // The clocks of nodes differ by seconds.
        if let changed = files[name]?.lastChange, changed > started + 5 {
          stale[name, default: []].append((node, started))
        }
      }
    }
    return stale.sorted { $0.key < $1.key }.map { name, daemons in
      let object = Examination.configMap(name)
      let first = daemons.min { ($0.started, $0.node) < ($1.started, $1.node) }
      return Symptom(
        .configNotLoaded, object, nodes: Set(daemons.map(\.node)),
        [
          Evidence(object, "last change", "after the start of \(daemons.count) daemons", at: files[name]?.lastChange),
          Evidence("Node \(first?.node ?? "")", "start of the daemon", "before that", at: first?.started),
        ], names: ["configmap": name, "node": first?.node ?? ""])
    }
  }
}
