import Serialization
import TerwayModel

extension ComplianceCheck.Verdict {
  /// `pass`, `fail` or `unknown`.
  var status: String {
    switch self {
    case .pass: "pass"
    case .fail: "fail"
    case .unknown: "unknown"
    }
  }

  var evidence: String {
    switch self {
    case .pass(let text), .fail(let text), .unknown(let text): text
    }
  }
}

extension AuditReport {
  /// The form that programs read, and that a later report is compared with; see docs/reference/report.md.
  public var json: JSONValue {
    var json: JSONValue = [
      "time": .string(Evidence.text(snapshot.time)), "cluster": .string(facts.cluster),
      "compliance": .array(verdicts.map(Self.record)), "inventory": inventoryRecord,
      "configuration": .object(
        Dictionary(
          uniqueKeysWithValues: configurations.map { name, settings, lastChange in
            (
              name,
              ["settings": .object(settings), "lastChange": lastChange.map { .string(Evidence.text($0)) } ?? .null]
            )
          })),
      "access": .array(accessRecords), "alerts": .array(alertRecords),
      "findings": diagnosis.json["findings"] ?? [], "unknown": .array(unknown.map(\.json)),
    ]
    json["capacity"] = facts.capacity.value?.json
    if snapshot.signals.value != nil {
      json["anomalies"] = .array(AnomalySection(reviews: snapshot.signals, language: .en).records)
    }
    json["kubernetes"] = facts.serverVersion.value.map(JSONValue.string)
    if let trend {
      json["trend"] = [
        "since": .string(former?.time ?? ""), "new": .array(trend.new.map(Self.record)),
        "gone": .array(trend.gone.map(Self.record)), "staying": JSONValue(trend.staying),
        "changes": .array(
          changes.map {
            ["name": .string($0.name), "key": .string($0.key), "before": .string($0.before), "now": .string($0.now)]
          }),
      ]
    }
    return json
  }

  private static func record(_ entry: (check: ComplianceCheck, verdict: ComplianceCheck.Verdict)) -> JSONValue {
    [
      "id": .string(entry.check.id), "requirement": .string(entry.check.requirement.en),
      "status": .string(entry.verdict.status), "evidence": .string(entry.verdict.evidence),
    ]
  }

  private static func record(_ mark: FormerReport.Mark) -> JSONValue {
    ["id": .string(mark.id), "object": .string(mark.object)]
  }

  private var inventoryRecord: JSONValue {
    let nodes: [JSONValue] = inventory.nodes.map { node in
      [
        "name": .string(node.name), "zone": .string(node.zone), "instanceType": .string(node.instanceType),
        "enis": JSONValue(node.enis), "eniLimit": JSONValue(node.eniLimit), "usedAddresses": JSONValue(node.used),
        "heldAddresses": JSONValue(node.held), "addressLimit": JSONValue(node.limit),
      ]
    }
    return [
      "nodes": .array(nodes), "images": JSONValue(inventory.images), "vSwitches": JSONValue(inventory.vSwitches),
      "securityGroups": JSONValue(inventory.securityGroups),
    ]
  }

  private var accessRecords: [JSONValue] {
    guard let access = facts.access.value else { return [] }
    return AccessRights.targets.map { target in
      [
        "object": .string(target.title),
        "subjects": .array(
          access.holders(of: target).map { ["subject": .string($0.subject), "through": JSONValue($0.through)] }),
      ]
    }
  }

  private var alertRecords: [JSONValue] {
    facts.alerts.elements.flatMap { rule in
      rule.alerts.map { alert in
        [
          "rule": .string("\(rule.metadata.key)"), "name": .string(alert.name), "severity": .string(alert.severity),
          "for": .string(alert.pending),
        ]
      }
    }
  }
}
