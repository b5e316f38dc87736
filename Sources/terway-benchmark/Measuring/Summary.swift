import Serialization
import TerwaySimulation

/// What all runs of a benchmark found out about one thing.
struct Summary {
  var benchmark: String
  var name: String
  var unit: String
  var target: Target?
  /// In the order of the runs.
  var values: [Double]

  private var sorted: [Double] { values.sorted() }
  var minimum: Double { sorted.first ?? .nan }
  var maximum: Double { sorted.last ?? .nan }
  var median: Double {
    guard !values.isEmpty else { return .nan }
    let (low, high) = (sorted[(values.count - 1) / 2], sorted[values.count / 2])
    return (low + high) / 2
  }

  /// Whether the median keeps the promise; `nil` where nothing was promised.
  var isMet: Bool? { target.map { $0.isMet(by: median) } }

  /// By name, in the order of the first run.
  static func summaries(of benchmark: String, _ runs: [[Measurement]]) -> [Summary] {
    (runs.first ?? []).map { first in
      Summary(
        benchmark: benchmark, name: first.name, unit: first.unit, target: first.target,
        values: runs.flatMap { $0.filter { $0.name == first.name }.map(\.value) })
    }
  }

  var json: JSONValue {
    var object: JSONValue = [
      "benchmark": .string(benchmark), "name": .string(name), "unit": .string(unit), "min": .number(minimum),
      "median": .number(median), "max": .number(maximum), "values": .array(values.map(JSONValue.number)),
    ]
    switch target {
    case .atLeast(let bound): object["atLeast"] = .number(bound)
    case .atMost(let bound): object["atMost"] = .number(bound)
    case nil: break
    }
    if let isMet { object["met"] = .bool(isMet) }
    return object
  }
}

/// Numbers as a person reads them.
enum Quantity {
  /// Three significant digits, more only in front of the decimal point.
  static func text(_ value: Double) -> String {
    let magnitude = abs(value)
    let digits = magnitude >= 100 || value == value.rounded() ? 0 : magnitude >= 10 ? 1 : 2
    return value.fixed(digits)
  }
}

/// The table that a person reads.
enum SummaryTable {
  static func text(_ summaries: [Summary]) -> String {
    let head = ["benchmark", "measured", "unit", "min", "median", "max", "target", ""]
    let rows = summaries.map { summary in
      [
        summary.benchmark, summary.name, summary.unit, Quantity.text(summary.minimum), Quantity.text(summary.median),
        Quantity.text(summary.maximum), summary.target?.text ?? "",
        summary.isMet.map { $0 ? "met" : "MISSED" } ?? "",
      ]
    }
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    let isNumber = [false, false, false, true, true, true, false, false]
    return ([head] + rows).map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return isNumber[column] ? padding + row[column] : row[column] + padding
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
