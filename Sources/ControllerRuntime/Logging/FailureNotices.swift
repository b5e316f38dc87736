/// Which of many failures in a row are worth a line: the first, another kind after a while, and now and then a reminder.
struct FailureNotices: Sendable {
  /// How long the same failure goes on without another line.
  static let reminderInterval: Duration = .seconds(60)
  /// How long failures that take turns have to share one line.
  static let changeInterval: Duration = .seconds(10)

  private var last: (text: String, at: TimeSource.Instant)?

  /// Takes a failure.
  mutating func isNews(_ text: String, at now: TimeSource.Instant) -> Bool {
    if let last {
      let interval = last.text == text ? Self.reminderInterval : Self.changeInterval
      if now < last.at + interval { return false }
    }
    last = (text, now)
    return true
  }

  /// Something succeeded.
  ///
  /// - Returns: whether failures came to an end by it.
  mutating func end() -> Bool {
    defer { last = nil }
    return last != nil
  }
}
