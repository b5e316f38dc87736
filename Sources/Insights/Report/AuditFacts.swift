import KubernetesModel
import Serialization
import TerwayModel

/// What a report tells besides what a diagnosis looks at.
public struct AuditFacts: Sendable {
  /// As people call the cluster; the API server's address where nobody says.
  public var cluster: String
  public var serverVersion: Collected<String> = .absent
  public var access: Collected<AccessRights> = .absent
  public var alerts: Collected<[AlertRuleView]> = .absent
  public var policies: Collected<[EniAutoscalePolicy]> = .absent
  public var capacity: Collected<CapacityReport> = .absent

  public init(cluster: String) { self.cluster = cluster }

  /// What could not be looked at.
  var unknown: [ClusterSnapshot.Unknown] {
    let parts = [
      ("version of the API server", serverVersion.reason), ("roles and bindings", access.reason),
      ("alert rules", alerts.reason), ("autoscale policies", policies.reason), ("capacity", capacity.reason),
    ]
    return parts.compactMap { what, reason in reason.map { ClusterSnapshot.Unknown(what, because: $0) } }
  }
}

/// The alerts of one PrometheusRule.
public struct AlertRuleView: KubernetesObject {
  public struct Alert: Hashable, Sendable {
    public var name: String
    public var severity: String
    public var pending: String
  }

  public var metadata = ObjectMeta()
  public var alerts: [Alert] = []

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try .withoutAnnotations(json: &reader)
      case "spec":
        for group in try JSONValue(json: &reader)["groups"]?.array ?? [] {
          for rule in group["rules"]?.array ?? [] {
            guard let name = rule["alert"]?.string else { continue }
            alerts.append(
              Alert(
                name: name, severity: rule.at("labels", "severity")?.string ?? "", pending: rule["for"]?.string ?? ""))
          }
        }
      default: break
      }
    }
  }
}
