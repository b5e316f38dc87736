import FoundationEssentials
import Serialization

extension Diagnosis {
  /// The form that programs read; its members are documented in docs/reference/diagnose.md and do not change.
  public var json: JSONValue {
    ["findings": .array(findings.map(\.json)), "unknown": .array(unknown.map(\.json))]
  }
}

extension Finding {
  /// A member of `findings`.
  public var json: JSONValue {
    [
      "id": .string(id.rawValue), "severity": .string(severity.rawValue), "object": .string(object),
      "cause": .string(cause), "confidence": JSONValue((confidence * 100).rounded() / 100),
      "evidence": .array(evidence.map(\.json)),
      "suggestion": [
        "text": .string(suggestion(.en)), "command": .string(command), "risk": .string(id.kind.risk.text.en),
      ],
    ]
  }

  /// `TerwayVSwitchExhausted: VSwitch vsw-1`, by which findings of the same root are told together.
  public var cause: String { "\(causeID.rawValue): \(causeObject)" }
}

extension Evidence {
  var json: JSONValue {
    [
      "object": .string(object), "field": .string(field), "value": .string(value),
      "time": time.map { .string(Self.text($0)) } ?? .null,
    ]
  }

  /// RFC 3339, in whole seconds.
  static func text(_ seconds: Double) -> String {
    // Years beyond 9999 have no such form.
    Date(timeIntervalSince1970: min(max(seconds, 0), 2.5e11).rounded(.down)).formatted(.iso8601)
  }
}

extension ClusterSnapshot.Unknown {
  var json: JSONValue { ["what": .string(what), "because": .string(because)] }
}
