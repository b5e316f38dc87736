/// Writes structured records, one line each.
///
/// Messages and fields are autoclosures: a level that is switched off costs one comparison. Values are written as given;
/// secrets are for the caller to leave out.
public struct Logger: Sendable {
  /// How much a record matters.
  public enum Level: String, Comparable, CaseIterable, Sendable {
    case debug, info, warning, error

    private var rank: Int {
      switch self {
      case .debug: 0
      case .info: 1
      case .warning: 2
      case .error: 3
      }
    }

    public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
  }

  /// How a record is written.
  public enum Format: String, CaseIterable, Sendable {
    /// `key=value` pairs, values quoted where they must be.
    case text
    /// One JSON object.
    case json
  }

  /// The least level that is written.
  public let level: Level
  private let format: Format
  private let timestamp: @Sendable () -> Timestamp
  private let sink: LogSink
  private let fields: [LogField]

  public init(
    level: Level = .info, format: Format = .text, sink: LogSink = .standardError,
    timestamp: @escaping @Sendable () -> Timestamp = { .now }
  ) {
    self.init(level: level, format: format, sink: sink, timestamp: timestamp, fields: [])
  }

  private init(
    level: Level, format: Format, sink: LogSink, timestamp: @escaping @Sendable () -> Timestamp, fields: [LogField]
  ) {
    self.level = level
    self.format = format
    self.sink = sink
    self.timestamp = timestamp
    self.fields = fields
  }

  /// A logger that puts these fields on every record, after those it inherits.
  public func with(_ bound: KeyValuePairs<String, String>) -> Logger {
    Logger(
      level: level, format: format, sink: sink, timestamp: timestamp,
      fields: fields + bound.map { LogField(name: $0.key, value: $0.value) })
  }

  public func debug(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, String> = [:]
  ) {
    log(.debug, message(), fields())
  }

  public func info(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, String> = [:]
  ) {
    log(.info, message(), fields())
  }

  public func warning(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, String> = [:]
  ) {
    log(.warning, message(), fields())
  }

  public func error(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> KeyValuePairs<String, String> = [:]
  ) {
    log(.error, message(), fields())
  }

  /// Writes a record unless its level is below the logger's.
  public func log(
    _ level: Level, _ message: @autoclosure () -> String,
    _ fields: @autoclosure () -> KeyValuePairs<String, String> = [:]
  ) {
    guard level >= self.level else { return }
    let record = LogRecord(
      time: timestamp(), level: level, message: message(),
      fields: self.fields + fields().map { LogField(name: $0.key, value: $0.value) })
    sink.write(format == .json ? record.json : record.text)
  }
}
