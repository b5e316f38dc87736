import Insights
import Prometheus

/// What a Prometheus is asked about how many addresses pods held.
struct DemandQueries: Sendable {
  /// With one series for each node, with the label `node`.
  let byNode: String

  /// Recorded by the operator's rules, and as the exporter has it where they are not loaded.
  static let candidates = [
    "node:terway_eni_allocated_ips:sum", "sum by (node) (max by (node, eni_id) (terway_eni_allocated_ips))",
  ]

  /// More than one where several clusters are in one Prometheus.
  var seriesOfNode: String { "max(count by (node) (\(byNode)))" }
  var cluster: String { "sum(\(byNode))" }
  var byZone: String { joined(with: "zone") }
  var byInstanceType: String { joined(with: "instance_type") }
  static let byVSwitch = "max by (vswitch_id) (terway_eni_vswitch_used_ips)"

  private func joined(with label: String) -> String {
    "sum by (\(label)) ((\(byNode)) * on (node) group_left (\(label)) max by (node, \(label)) (terway_eni_node_info))"
  }

  /// The series of some nodes; `nil` where the expression cannot be narrowed to them.
  func nodes(_ names: [String]) -> String? {
    let matcher = LabelMatcher.matches("node", names.map(Self.escaped).joined(separator: "|"))
    do {
      let expression = try PromQL(parsing: byNode)
      guard Self.isPlain(expression) else { return nil }
      return expression.mapped { part in
        guard case .vector(var selector) = part else { return part }
        selector.matchers.append(matcher)
        return .vector(selector)
      }.text
    } catch {
      // The server may understand more than we do.
      return nil
    }
  }

  /// A selector, or an aggregation of one that keeps the label.
  private static func isPlain(_ expression: PromQL) -> Bool {
    switch expression {
    case .vector: return true
    case .aggregation(let aggregation):
      guard case .by(let labels) = aggregation.grouping else { return false }
      return labels.contains("node") && isPlain(aggregation.operand)
    default: return false
    }
  }

  private static func escaped(_ name: String) -> String { name.replacing(".", with: "\\.") }
}

extension History {
  init(_ series: PrometheusSeries) {
    self.init(series.samples.map { Reading(time: $0.time, value: $0.value) })
  }
}
