import FoundationEssentials

/// A point in calendar time, UTC.
public struct Timestamp: Hashable, Sendable {
  /// Since 1970-01-01T00:00:00Z.
  public var microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Since 1970-01-01T00:00:00Z, with their fraction.
  public var seconds: Double { Double(microseconds) / 1e6 }

  /// What the system's clock says.
  public static var now: Timestamp {
    Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1e6).rounded(.down)))
  }

  /// `2006-01-02T15:04:05Z`, the form of `metav1.Time`.
  public var rfc3339: String { text(fractionDigits: 0) }

  /// `2006-01-02T15:04:05.000Z`.
  public var rfc3339Milliseconds: String { text(fractionDigits: 3) }

  /// `2006-01-02T15:04:05.000000Z`, the only form that `metav1.MicroTime` accepts.
  public var rfc3339Microseconds: String { text(fractionDigits: 6) }

  private func text(fractionDigits: Int) -> String {
    let (seconds, fraction) = Self.divide(microseconds, by: 1_000_000)
    let (day, second) = Self.divide(seconds, by: 86_400)
    let date = CivilDate(daysSinceEpoch: day)
    var text = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    text += "T\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    if fractionDigits > 0 { text += ".\(padded(fraction, 6).prefix(fractionDigits))" }
    return text + "Z"
  }

  private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Rounds towards the past, before 1970 as well.
  private static func divide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

/// A date of the proleptic Gregorian calendar.
private struct CivilDate {
  var year: Int64
  var month: Int64
  var day: Int64

  /// Counts in 400-year eras whose years begin in March, which puts the leap day last.
  init(daysSinceEpoch days: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }
}
