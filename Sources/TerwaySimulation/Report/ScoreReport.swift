import Serialization

/// The score cards of one comparison, and the ways in which they are shown.
public struct ScoreReport: Hashable, Sendable {
  /// What was simulated, in a line.
  public var title: String
  public var nodes: Int
  public var pods: Int
  public var cards: [ScoreCard]

  public init(title: String, nodes: Int, pods: Int, cards: [ScoreCard]) {
    self.title = title
    self.nodes = nodes
    self.pods = pods
    self.cards = cards
  }

  var days: Double { cards.first?.figures.days ?? 0 }

  /// Rules that no other one beats in both waiting and idle addresses. The oracle, which knows the future, is left out.
  public var front: [ScoreCard] {
    let rules = cards.filter { $0.name != Rule.oracle.rawValue }
    return rules.filter { card in !rules.contains { $0.dominates(card) } }
  }

  /// As JSON.
  public var json: JSONValue {
    [
      "source": .string(title), "nodes": JSONValue(nodes), "pods": JSONValue(pods), "days": JSONValue(days),
      "rules": .array(cards.map(Self.record)),
    ]
  }

  private static func record(_ card: ScoreCard) -> JSONValue {
    let figures = card.figures
    return [
      "name": .string(card.name), "waitPodSeconds": JSONValue(figures.waitPodSeconds),
      "waitP50Seconds": JSONValue(figures.waitP50Seconds), "waitP99Seconds": JSONValue(figures.waitP99Seconds),
      "waitMaxSeconds": JSONValue(figures.waitMaxSeconds), "lateFraction": JSONValue(figures.lateFraction),
      "idleIPHours": JSONValue(figures.idleIPHours), "idleIPsPerNode": JSONValue(figures.idleIPsPerNode),
      "eniHours": JSONValue(figures.eniHours), "cloudCalls": JSONValue(figures.cloudCalls),
      "cloudCallsByAPI": .object(figures.callsByAPI.mapValues { JSONValue($0) }),
      "throttledCalls": JSONValue(figures.throttledCalls),
      "configurationWrites": JSONValue(figures.configurationWrites), "actions": JSONValue(figures.actions),
      "reversals": JSONValue(figures.reversals), "failedCalls": JSONValue(figures.failedCalls),
      "leakedENIHours": JSONValue(figures.leakedENIHours),
      "unscheduledPodSeconds": JSONValue(figures.unscheduledPodSeconds),
    ]
  }
}

extension ScoreReport {
  /// What a column shows of a rule.
  struct Column: Sendable {
    var title: String
    var text: @Sendable (ScoreCard.Figures) -> String
  }

  static let columns = [
    Column(title: "wait pod-s") { Self.number($0.waitPodSeconds, 0) },
    Column(title: "p99 s") { Self.number($0.waitP99Seconds, 1) },
    Column(title: "late %") { Self.number($0.lateFraction * 100, 2) },
    Column(title: "idle/node") { Self.number($0.idleIPsPerNode, 2) },
    Column(title: "idle IP-h") { Self.number($0.idleIPHours, 0) },
    Column(title: "ENI-h") { Self.number($0.eniHours, 0) },
    Column(title: "calls") { "\($0.cloudCalls)" },
    Column(title: "throttled") { "\($0.throttledCalls)" },
    Column(title: "writes") { "\($0.configurationWrites)" },
    Column(title: "actions") { "\($0.actions)" },
    Column(title: "reversals") { "\($0.reversals)" },
  ]

  static func number(_ value: Double, _ digits: Int) -> String { value.fixed(digits) }

  /// As a table for a terminal. A star marks the rules that no other beats.
  public var text: String {
    let front = Set(front.map(\.name))
    let header = ["rule"] + Self.columns.map(\.title)
    let rows = cards.map { card in
      [(front.contains(card.name) ? "* " : "  ") + card.name] + Self.columns.map { $0.text(card.figures) }
    }
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    let lines = ([header] + rows).map { row in
      row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + padding : padding + row[column]
      }.joined(separator: "  ")
    }
    let summary = "\(title): \(pods) pods on \(nodes) nodes, \(Self.number(days, 1)) days"
    return ([summary, ""] + lines + ["", "* no other rule waits less and has fewer idle addresses"])
      .joined(separator: "\n") + "\n"
  }
}
