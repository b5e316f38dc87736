import KubernetesModel
import Serialization

/// One record of a log that tells of an error, in any of the forms that Terway's parts write.
struct LogLine: Hashable {
  var message: String
  /// Seconds since 1970; `nil` where the line does not tell, or not the year.
  var time: Double?
  /// Ended the process.
  var isFatal: Bool

  /// `nil` for lines that tell of no error.
  init?(_ text: String) {
    guard let line = Self.klog(text) ?? Self.json(text) ?? Self.crash(text) ?? Self.logfmt(text) else { return nil }
    self = line
  }

  private init(message: String, time: Double? = nil, isFatal: Bool = false) {
    (self.message, self.time, self.isFatal) = (message, time, isFatal)
  }

  /// `E0829 14:45:54.233267       1 daemon.go:152] message`
  private static func klog(_ text: String) -> LogLine? {
    guard let letter = text.first, letter == "E" || letter == "F" else { return nil }
    let rest = text.dropFirst()
    guard rest.prefix(4).count == 4, rest.prefix(4).allSatisfy(\.isNumber), let bracket = text.range(of: "] ") else {
      return nil
    }
    return LogLine(message: String(text[bracket.upperBound...]), isFatal: letter == "F")
  }

  /// `{"level":"error","ts":…,"msg":…,"error":…}`
  private static func json(_ text: String) -> LogLine? {
    guard text.first == "{" else { return nil }
    // What is no JSON is another program's line.
    guard let record = JSONValue(logText: text), let level = record["level"]?.string?.lowercased() else { return nil }
    let isFatal = ["fatal", "panic", "dpanic"].contains(level)
    guard isFatal || level == "error" || level == "critical" else { return nil }
    let words = ["msg", "message", "error", "err"].compactMap { record[$0]?.string }.filter { !$0.isEmpty }
    let time =
      record["ts"]?.number
      ?? ["ts", "time"].lazy.compactMap { record[$0]?.string }.compactMap(RFC3339.seconds)
      .first
    return LogLine(message: words.joined(separator: ": "), time: time, isFatal: isFatal)
  }

  /// Go's last words.
  private static func crash(_ text: String) -> LogLine? {
    let isCrash = ["panic: ", "fatal error: ", "SIGSEGV"].contains { text.hasPrefix($0) }
    return isCrash ? LogLine(message: text, isFatal: true) : nil
  }

  /// `time="…" level=error msg="…"`
  private static func logfmt(_ text: String) -> LogLine? {
    guard text.hasPrefix("time=") || text.hasPrefix("level=") else { return nil }
    let isFatal = text.contains("level=fatal") || text.contains("level=panic")
    guard isFatal || text.contains("level=error"), let message = text.range(of: "msg=") else { return nil }
    return LogLine(message: String(text[message.upperBound...]), isFatal: isFatal)
  }
}

extension JSONValue {
  /// `nil` for what is no JSON: a line of a log is not ours to complain of.
  fileprivate init?(logText: String) {
    do throws(JSONError) { try self.init(jsonText: logText) } catch { return nil }
  }
}

extension String {
  /// The first place of a text.
  func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}
