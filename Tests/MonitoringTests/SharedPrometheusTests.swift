import KubernetesModel
import TerwayModel
import Testing

@testable import Monitoring

struct `Profiles beside older ones` {
  private static func profile(
    _ name: String, _ query: String? = nil, namespace: String = "monitoring", selectorLabels: [String: String] = [:]
  ) -> SharedPrometheus.Profile {
    var spec = MonitoringProfileSpec()
    (spec.namespace, spec.selectorLabels) = (namespace, selectorLabels)
    spec.metrics.custom = query.map { [.init(name: "other", query: "up"), .init(name: "mine", query: $0)] } ?? []
    return .init(name: name, spec: spec, namespaceLabels: ["kubernetes.io/metadata.name": namespace])
  }

  private static func prometheus(
    _ name: String, in namespace: String, _ rules: DetectedPrometheus.Selection
  )
    -> DetectedPrometheus
  {
    DetectedPrometheus(namespace: namespace, name: name, rules: rules)
  }

  /// One that takes everything, and one for each of two teams.
  private static let all = prometheus("all", in: "monitoring", .init(objects: .init(), namespaces: .init()))
  private static let ofNamespace = ["monitoring", "other"].map { prometheus("own", in: $0, .init(objects: .init())) }
  private static let ofLabel = ["x", "y"].map {
    prometheus($0, in: "monitoring", .init(objects: .init(matchLabels: ["team": $0]), namespaces: .init()))
  }

  @Test func `share whatever Prometheus selects the rules of both`() {
    let one = Self.profile("one")
    func shared(_ other: SharedPrometheus.Profile, _ prometheuses: [DetectedPrometheus]) -> [[String]?] {
      SharedPrometheus(other, beside: [one], in: DetectedCluster(prometheuses: prometheuses)).older.map(\.prometheuses)
    }
    #expect(shared(Self.profile("two"), [Self.all]) == [["monitoring/all"]])
    #expect(shared(Self.profile("two", namespace: "other"), [Self.all]) == [["monitoring/all"]])
    #expect(shared(Self.profile("two", namespace: "other"), Self.ofNamespace) == [])
    #expect(shared(Self.profile("two"), Self.ofNamespace) == [["monitoring/own"]])
    #expect(shared(Self.profile("two", selectorLabels: ["team": "y"]), Self.ofLabel) == [])
    #expect(shared(Self.profile("two", selectorLabels: ["team": "z"]), Self.ofLabel) == [])
    #expect(shared(Self.profile("two"), []) == [nil], "nothing tells")
    #expect(SharedPrometheus(one, beside: [], in: DetectedCluster()).older.isEmpty)
  }

  @Test func `must not record another thing under the name of an older one's metric`() {
    func violations(_ other: SharedPrometheus.Profile, _ prometheuses: [DetectedPrometheus]) -> [String] {
      SharedPrometheus(
        other, beside: [Self.profile("one", "sum(a)")], in: DetectedCluster(prometheuses: prometheuses)
      ).violations.map(\.description)
    }
    for prometheuses in [[], [Self.all]] {
      let found = violations(Self.profile("two", "sum(b)"), prometheuses)
      #expect(found.count == 1)
      #expect(
        found.first?.hasPrefix(#"spec.metrics.custom[1].name: "mine" is recorded by the older profile one as"#) == true)
      #expect(violations(Self.profile("two", "sum( a )"), prometheuses).isEmpty, "the same thing")
      #expect(violations(Self.profile("two"), prometheuses).isEmpty)
    }
    #expect(violations(Self.profile("two", "sum(b)", namespace: "other"), Self.ofNamespace).isEmpty)
  }
}
