import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

/// Something that happens to a cluster, a step at a time, and that can happen again under other circumstances.
///
/// After each step the operator brings the cluster into a state that depends on the step alone, whatever befalls the
/// operator on its way there.
struct Scenario: Sendable, CustomStringConvertible {
  struct Step: Sendable {
    /// What somebody does.
    var action: @Sendable (Cluster) async throws -> Void
    /// Whether the operator has done its part.
    var isSettled: @Sendable (Cluster) async throws -> Bool

    init(
      _ action: @escaping @Sendable (Cluster) async throws -> Void,
      until isSettled: @escaping @Sendable (Cluster) async throws -> Bool
    ) {
      (self.action, self.isSettled) = (action, isSettled)
    }
  }

  var description: String
  var steps: [Step]
}

extension Scenario {
  /// What is at the end, as far as it says anything: no versions, no times, and of owners the names only.
  static func finalState(of cluster: Cluster) async throws -> [String: JSONValue] {
    var state: [String: JSONValue] = [:]
    for (reference, object) in try await cluster.generated() {
      var content = Cluster.content(object)
      content["metadata"]?["ownerReferences"] = .array(
        (object.at("metadata", "ownerReferences")?.array ?? []).compactMap { $0["name"] })
      state[reference.description] = content
    }
    for profile in try await cluster.profiles() {
      let status = profile.status
      state["status of \(profile.metadata.name)"] = [
        "objects": .string(status?.objects ?? ""),
        "resources": .array((status?.resources ?? []).map { .string("\($0.kind) \($0.name): \($0.state)") }),
        "ready": .string("\(String(describing: status?.conditions["Ready"]?.status))"),
      ]
    }
    return state.merging(try await cluster.poolState()) { $1 }
  }

  // MARK: Of the profile controller

  /// A profile comes, changes and goes.
  static let lives: [Scenario] = [
    Scenario(description: "a profile is created", steps: [create]),
    Scenario(
      description: "a profile is changed, and loses a section",
      steps: [
        createSmall,
        Step {
          try await $0.apply("terway", smaller)
        } until: {
          try await $0.hasObjects("terway", smaller)
        },
      ]),
    Scenario(
      description: "a profile is deleted",
      steps: [
        createSmall,
        Step {
          try await $0.delete("terway")
        } until: {
          try await $0.generated().isEmpty
        },
      ]),
    Scenario(
      description: "a profile is deleted, and another of its name is made at once",
      steps: [
        createSmall,
        Step {
          try await $0.delete("terway")
          try await $0.apply("terway", smaller)
        } until: {
          try await $0.hasObjects("terway", smaller)
        },
      ]),
  ]

  /// What is broken and mended, or made anew.
  static let repairs: [Scenario] = [
    Scenario(
      description: "objects are edited and deleted by hand",
      steps: [
        createSmall,
        Step { cluster in
          _ = try await cluster.spoilConfigMap(of: "terway")
          for resource in [GeneratedResource.prometheusRule, GeneratedResource.serviceMonitor] {
            _ = try await cluster.deleteOne(resource, of: "terway")
          }
        } until: { cluster in
          let isSpoilt = try await cluster.generated(by: "terway").values.contains {
            $0["data"]?.object?.values.contains("spoilt") ?? false
          }
          let isWhole = try await cluster.hasObjects("terway", small)
          return isWhole && !isSpoilt
        },
      ]),
    Scenario(
      description: "a spec becomes invalid, and is mended",
      steps: [
        createSmall,
        Step {
          try await $0.apply("terway", invalid)
        } until: { cluster in
          try await cluster.profile("terway").status?.conditions["Stalled"]?.status == .yes
        },
        Step {
          try await $0.apply("terway", small)
        } until: {
          try await $0.hasObjects("terway", small)
        },
      ]),
    Scenario(
      description: "a Job is made anew, because what it runs changes",
      steps: [
        Step {
          try await $0.apply("terway", performanceTest("30s"))
        } until: {
          try await $0.hasObjects("terway", performanceTest("30s"))
        },
        Step {
          try await $0.apply("terway", performanceTest("31s"))
        } until: {
          try await $0.hasObjects("terway", performanceTest("31s"))
        },
      ]),
  ]

  private static let create = Step {
    try await $0.apply("terway")
  } until: {
    try await $0.hasObjects("terway", [:])
  }

  private static let createSmall = Step {
    try await $0.apply("terway", small)
  } until: {
    try await $0.hasObjects("terway", small)
  }

  /// Few objects, so that all crashes are replayed in little time.
  private static let small: JSONValue = [
    "alerts": alerts([]), "dashboards": ["enabled": false], "logging": ["fluentd": ["enabled": false]],
  ]

  private static let smaller: JSONValue = [
    "labels": ["team": "network"], "alerts": alerts([]), "dashboards": ["enabled": false],
    "logging": ["fluentd": ["enabled": false], "loki": ["enabled": false]],
  ]

  /// Valid for a server without CEL, and not for us.
  private static let invalid: JSONValue = ["metrics": ["interval": "10s", "scrapeTimeout": "15s"]]

  private static func performanceTest(_ duration: String) -> JSONValue {
    [
      "performanceTest": ["enabled": true, "duration": .string(duration)], "alerts": alerts([]),
      "dashboards": ["enabled": false], "logging": ["fluentd": ["enabled": false], "loki": ["enabled": false]],
    ]
  }

  /// These groups of alerts, and no others.
  private static func alerts(_ wanted: Set<String>) -> JSONValue {
    let groups = ["performance", "qos", "security", "availability", "capacity"]
    return .object(groups.reduce(into: [:]) { $0[$1] = ["enabled": .bool(wanted.contains($1))] })
  }
}

extension Cluster {
  /// Whether a profile has what this spec asks for, each object as this version of the profile wants it, and says so.
  fileprivate func hasObjects(_ name: String, _ spec: JSONValue) async throws -> Bool {
    let profile = try await profile(name)
    guard profile.status?.observedGeneration == profile.metadata.generation,
      profile.status?.conditions["Ready"]?.status == .yes
    else { return false }
    let objects = try await generated(by: name)
    let team = spec.at("labels", "team")
    return try await Set(objects.keys) == expected(name, spec)
      && objects.values.allSatisfy {
        $0.at("metadata", "ownerReferences")?[0]?["uid"]?.string == profile.metadata.uid
          && $0.at("metadata", "labels", "team") == team
      }
  }
}
