/// A cron expression: minute, hour, day of the month, month, day of the week, or one of cron's names.
///
/// As in Vixie's cron, a day matches by either of its two fields when both are restricted, else by the one that is.
public struct CronSchedule: Hashable, Sendable {
  private let minutes, hours, days, months, weekdays: Set<Int>
  private let restrictsDays, restrictsWeekdays: Bool

  /// `nil` for what is no expression.
  public init?(_ text: String) {
    let text = Self.names[text.lowercased()] ?? text
    let fields = text.split(separator: " ")
    guard fields.count == 5, let minutes = Self.values(fields[0], 0...59), let hours = Self.values(fields[1], 0...23),
      let days = Self.values(fields[2], 1...31), let months = Self.values(fields[3], 1...12, Self.monthNames),
      let weekdays = Self.values(fields[4], 0...7, Self.weekdayNames)
    else { return nil }
    (self.minutes, self.hours, self.days, self.months) = (minutes, hours, days, months)
    self.weekdays = Set(weekdays.map { $0 % 7 })
    restrictsDays = !fields[2].hasPrefix("*") && fields[2] != "?"
    restrictsWeekdays = !fields[4].hasPrefix("*") && fields[4] != "?"
  }

  /// Whether a minute is one at which it fires.
  func matches(_ minute: CivilMinute) -> Bool {
    guard minutes.contains(minute.minute), hours.contains(minute.hour), months.contains(minute.month) else {
      return false
    }
    let (day, weekday) = (days.contains(minute.day), weekdays.contains(minute.weekday))
    return restrictsDays && restrictsWeekdays ? day || weekday : day && weekday
  }

  private static let names = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
  ]
  private static let monthNames = numbered(
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], from: 1)
  private static let weekdayNames = numbered(["sun", "mon", "tue", "wed", "thu", "fri", "sat"], from: 0)

  private static func numbered(_ names: [String], from first: Int) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0 + first) })
  }

  private static func values(_ field: Substring, _ range: ClosedRange<Int>, _ names: [String: Int] = [:]) -> Set<Int>? {
    var values: Set<Int> = []
    for item in field.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = item.split(separator: "/", omittingEmptySubsequences: false)
      guard let base = parts.first, parts.count <= 2 else { return nil }
      let step = parts.count == 2 ? Int(parts[1]) : 1
      guard let step, step > 0, var bounds = bounds(base, range, names) else { return nil }
      if parts.count == 2, bounds.count == 1, base != "*" { bounds = bounds.lowerBound...range.upperBound }
      values.formUnion(stride(from: bounds.lowerBound, through: bounds.upperBound, by: step))
    }
    return values
  }

  private static func bounds(
    _ text: Substring, _ range: ClosedRange<Int>, _ names: [String: Int]
  ) -> ClosedRange<Int>? {
    if text == "*" || text == "?" { return range }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { names[$0.lowercased()] ?? Int($0) }
    guard let first = ends.first, let low = first, ends.count <= 2, let high = ends.last ?? first, low <= high,
      range.contains(low), range.contains(high)
    else { return nil }
    return low...high
  }
}

/// A minute of the proleptic Gregorian calendar.
struct CivilMinute: Hashable, Sendable {
  var month: Int
  var day: Int
  /// 0 is Sunday.
  var weekday: Int
  var hour: Int
  var minute: Int

  /// - Parameter seconds: since 1970, local time.
  init(localSeconds seconds: Int) {
    let (days, second) = (Self.floor(seconds, 86_400), seconds - Self.floor(seconds, 86_400) * 86_400)
    (hour, minute) = (second / 3600, second / 60 % 60)
    weekday = ((days + 4) % 7 + 7) % 7
    let shifted = days + 719_468
    let dayOfEra = shifted - Self.floor(shifted, 146_097) * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  }

  private static func floor(_ value: Int, _ divisor: Int) -> Int {
    value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
  }
}
