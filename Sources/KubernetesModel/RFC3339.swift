/// Instants as Kubernetes writes them.
public enum RFC3339 {
  /// Seconds since 1970-01-01T00:00:00Z of `2006-01-02T15:04:05Z`, with any fraction and any offset from UTC; `nil` for
  /// anything else.
  public static func seconds(_ text: String) -> Double? {
    var digits = Digits(text)
    guard let year = digits.number(4), digits.take("-"), let month = digits.number(2), digits.take("-"),
      let day = digits.number(2), digits.take("T") || digits.take("t"), let hour = digits.number(2), digits.take(":"),
      let minute = digits.number(2), digits.take(":"), let second = digits.number(2),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    guard let fraction = digits.fraction(), let offset = digits.offset(), digits.isAtEnd else { return nil }
    let days = daysSinceEpoch(year, month, day)
    return Double(days * 86_400 + hour * 3600 + minute * 60 + second - offset) + fraction
  }

  /// In the proleptic Gregorian calendar, counted in years that begin in March, which puts the leap day last.
  private static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private struct Digits {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) { rest = Array(text.utf8)[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Character) -> Bool {
      guard let first = rest.first, first == character.asciiValue else { return false }
      rest.removeFirst()
      return true
    }

    mutating func number(_ width: Int) -> Int? {
      guard rest.count >= width else { return nil }
      var value = 0
      for byte in rest.prefix(width) {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      rest.removeFirst(width)
      return value
    }

    /// Zero where there is none; `nil` for a point without digits.
    mutating func fraction() -> Double? {
      guard take(".") else { return 0 }
      var (value, scale, digits) = (0.0, 0.1, 0)
      while let digit = number(1) {
        (value, scale, digits) = (value + Double(digit) * scale, scale / 10, digits + 1)
      }
      return digits == 0 ? nil : value
    }

    /// From UTC, in seconds.
    mutating func offset() -> Int? {
      if take("Z") || take("z") { return 0 }
      let isAhead = take("+")
      guard isAhead || take("-"), let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60
      else { return nil }
      return (isAhead ? 1 : -1) * (hours * 3600 + minutes * 60)
    }
  }
}
