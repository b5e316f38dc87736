import Glibc

/// Dates in the headers of HTTP.
enum HTTPDate {
  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// The three forms that a recipient must understand (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`,
  /// `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
  ///
  /// - Returns: seconds since 1970; `nil` for what is no date.
  static func read(_ text: String) -> Int64? {
    let words = text.lowercased().split { " ,-:".contains($0) }.map(String.init)
    guard words.count >= 7, let place = words.firstIndex(where: months.contains),
      let month = months.firstIndex(of: words[place])
    else { return nil }
    let numbers = words.compactMap(Int32.init)
    let isYearLast = place == 1
    guard numbers.count == 5, place <= 2, numbers.allSatisfy({ (0...9999).contains($0) }) else { return nil }
    let (year, time) = isYearLast ? (numbers[4], numbers[1...3]) : (numbers[1], numbers[2...4])
    let clock = Array(time)
    guard (1...31).contains(numbers[0]), clock[0] < 24, clock[1] < 60, clock[2] <= 60 else { return nil }
    var parts = tm()
    (parts.tm_mday, parts.tm_mon, parts.tm_hour, parts.tm_min, parts.tm_sec) = (
      numbers[0], Int32(month), clock[0], clock[1], clock[2]
    )
    // Two digits are of this century: no server asks to be asked again in the last.
    parts.tm_year = year < 100 ? year + 100 : year - 1900
    return Int64(timegm(&parts))
  }
}
