import Serialization

/// What Terway reads of `eni_conf`, a node's own merged over the cluster's.
struct EniConfiguration: Hashable, Sendable {
  var minPool = 0
  var maxPool = 5
  /// `min_eni`, of the daemon's own IPAM only.
  var minENIs = 0
  var securityGroups: [String] = []
  /// By zone.
  var vSwitches: [String: [String]] = [:]
  var isTrunk = false

  /// The ConfigMap of the cluster.
  static let cluster = "eni-config"

  /// Why a configuration cannot be used. Messages quote nothing of it: it may hold access keys.
  struct Failure: Error, Hashable {
    var message: String
  }

  init() {}

  /// Reads the cluster's configuration with that of a node over it.
  ///
  /// - Parameter texts: `eni_conf` by the name of its ConfigMap.
  init(_ texts: [String: String], node: String?) throws(Failure) {
    var merged = try Self.object(texts, Self.cluster)
    if let node { merged = MergePatch.apply(try Self.object(texts, node), to: merged) }
    self.init(merged)
  }

  private init(_ json: JSONValue) {
    func number(_ key: String) -> Int? { json[key]?.integer.flatMap { Int(exactly: $0) } }
    minPool = max(0, number("min_pool_size") ?? 0)
    maxPool = max(0, number("max_pool_size") ?? 5)
    minENIs = max(0, number("min_eni") ?? 0)
    let groups = json["security_groups"]?.array?.compactMap(\.string) ?? []
    securityGroups = groups.isEmpty ? [json["security_group"]?.string].compactMap(\.self) : groups
    vSwitches = (json["vswitches"]?.object ?? [:]).mapValues { ($0.array ?? []).compactMap(\.string) }
    isTrunk = json["enable_eni_trunking"]?.bool ?? false
  }

  private static func object(_ texts: [String: String], _ name: String) throws(Failure) -> JSONValue {
    guard let text = texts[name] else {
      throw Failure(message: "ConfigMap kube-system/\(name) has no eni_conf, or does not exist")
    }
    do throws(JSONError) {
      let value = try JSONValue(jsonText: text)
      if value.object != nil { return value }
    } catch {}
    throw Failure(message: "eni_conf in ConfigMap kube-system/\(name) is no JSON object")
  }

  /// The band as the controlplane takes it: a minimum above the maximum is not clamped.
  var band: IdleBand { IdleBand(min: minPool, max: maxPool) }

  /// The band as a daemon with an IPAM of its own takes it.
  func clampedBand(_ cluster: StandIn.Configuration) -> IdleBand {
    let upper = min(maxPool, cluster.addressesPerNode)
    return IdleBand(min: min(max(minPool, minENIs * cluster.addressesPerAdapter), upper), max: upper)
  }
}

/// `min_pool_size` and `max_pool_size` as somebody wrote them, a minimum above the maximum included.
struct IdleBand: Hashable, Sendable {
  var min: Int
  var max: Int
}
