import Foundation
import Serialization

/// An alert with one number changed by a little, in its own expression or in a recording that it rests on.
struct AlertMutant {
  /// For people: the number, and what became of it.
  var what: String
  /// Under a name of its own, so that many can be in one file.
  var alert: JSONValue
  /// What it rests on under names of its own; none where it shares the alert's.
  var recordings: [JSONValue] = []

  var name: String { alert["alert"]?.string ?? "" }

  /// Of an alert: every number of its expression that something is compared with or multiplied by, up and down; and `for`, by
  /// one evaluation.
  static func all(of alert: JSONValue, evaluation: Int) -> [AlertMutant] {
    let expression = alert["expr"]?.string ?? ""
    let numbers = changes(of: expression, together: false).map { what, changed in
      AlertMutant(what: what, alert: alert.with("expr", changed))
    }
    let minutes = minutes(alert["for"]?.string ?? "")
    let pending = [minutes - evaluation, minutes + evaluation].filter { $0 >= 0 }.map { changed in
      AlertMutant(what: "for: \(minutes)m becomes \(changed)m", alert: alert.with("for", "\(changed)m"))
    }
    return numbers + pending
  }

  /// Of an alert on a band: the numbers of the recordings that make the band.
  ///
  /// - Parameters:
  ///   - recordings: what the alert needs, in order.
  ///   - wanted: which of the changes.
  static func all(
    of alert: JSONValue, resting recordings: [JSONValue], where wanted: (_ record: String, _ what: String) -> Bool
  ) -> [AlertMutant] {
    let band = recordings.filter { $0["record"]?.string?.contains(":anomaly_") == true }
    let names = Set(band.compactMap { $0["record"]?.string })
    return band.enumerated().flatMap { index, recording in
      let record = recording["record"]?.string ?? ""
      let changes = changes(of: recording["expr"]?.string ?? "", together: true).filter { wanted(record, $0.what) }
      return changes.map { what, changed in
        var mutated = band
        mutated[index] = recording.with("expr", changed)
        return AlertMutant(what: "\(record): \(what)", alert: alert, recordings: mutated)
      }
    }.enumerated().map { index, mutant in mutant.renaming(names, with: "_m\(index)") }
  }

  /// - Parameter together: whether a number changes wherever it stands after the same operator, rather than at one place: an
  ///   edge is written down several times in the expression that chooses one.
  private static func changes(of expression: String, together: Bool) -> [(what: String, changed: String)] {
    let number = /(>=|<=|==|>|<|\*|,) (-?[0-9][0-9.e+-]*)/
    var seen: Set<String> = []
    return expression.matches(of: number).filter { !together || seen.insert(String($0.0)).inserted }.flatMap { match in
      let value = Double(match.2) ?? 0
      let isSmallCount = value == value.rounded() && abs(value) <= 20
      return [-1.0, 1].map { side in
        let changed = "\(match.1) \((isSmallCount ? value + side : value * (1 + side * 0.05)).plain)"
        let text =
          together
          ? expression.replacing(number) { $0.0 == match.0 ? changed : String($0.0) }
          : expression.replacingCharacters(in: match.range, with: changed)
        return ("\(match.0) becomes \(changed)", text)
      }
    }
  }

  private static func minutes(_ duration: String) -> Int {
    duration.matches(of: /(\d+)([hm])/).reduce(0) { $0 + (Int($1.1) ?? 0) * ($1.2 == "h" ? 60 : 1) }
  }

  private func renaming(_ names: Set<String>, with suffix: String) -> AlertMutant {
    func renamed(_ expression: String) -> String {
      expression.replacing(/[a-zA-Z_:][a-zA-Z0-9_:]*/) { names.contains(String($0.0)) ? $0.0 + suffix : $0.0 }
    }
    var copy = self
    copy.alert = alert.with("expr", renamed(alert["expr"]?.string ?? ""))
    copy.recordings = recordings.map { recording in
      recording.with("record", (recording["record"]?.string ?? "") + suffix)
        .with("expr", renamed(recording["expr"]?.string ?? ""))
    }
    return copy
  }
}

extension [AlertMutant] {
  /// Each under a name of its own.
  func numbered() -> [AlertMutant] {
    enumerated().map { index, mutant in
      var copy = mutant
      copy.alert = mutant.alert.with("alert", "\(mutant.name)_\(index)")
      return copy
    }
  }
}

extension JSONValue {
  fileprivate func with(_ member: String, _ text: String) -> JSONValue {
    var copy = self
    copy[member] = .string(text)
    return copy
  }
}

extension Double {
  /// Without the fraction of a whole number.
  fileprivate var plain: String { self == rounded() && abs(self) < 1e15 ? "\(Int(self))" : "\(self)" }
}
