import Serialization

/// A named value of a record.
struct LogField: Sendable {
  var name: String
  var value: String
}

/// One record and its two spellings.
struct LogRecord {
  var time: Timestamp
  var level: Logger.Level
  var message: String
  var fields: [LogField]

  /// `time=… level=info message="…" key=value`.
  var text: String {
    allFields.map { "\(LogText.name($0.name))=\(LogText.value($0.value))" }.joined(separator: " ")
  }

  /// One JSON object, members in the order of the text form.
  var json: String {
    "{" + allFields.map { "\(LogText.quoted($0.name)):\(LogText.quoted($0.value))" }.joined(separator: ",") + "}"
  }

  /// Every name once: the value set last wins, in the place of the first.
  private var allFields: [LogField] {
    var result = [
      LogField(name: "time", value: time.rfc3339Milliseconds), LogField(name: "level", value: level.rawValue),
      LogField(name: "message", value: message),
    ]
    let reserved = result.count
    for var field in fields {
      if result[..<reserved].contains(where: { $0.name == field.name }) { field.name += "_" }
      if let position = result.firstIndex(where: { $0.name == field.name }) {
        result[position].value = field.value
      } else {
        result.append(field)
      }
    }
    return result
  }
}

/// How names and values are written so that a record stays one line that can be taken apart again.
enum LogText {
  /// A value as it is where that is unambiguous, else quoted.
  static func value(_ value: String) -> String {
    let canStand = !value.isEmpty && value.unicodeScalars.allSatisfy(isPlain)
    return canStand ? value : quoted(value)
  }

  /// A name with everything that would end it early replaced.
  static func name(_ name: String) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.map { isPlain($0) ? $0 : "_" }))
  }

  /// A JSON string. Control characters and the line separators of Unicode are escaped.
  static func quoted(_ value: String) -> String { value.quoted(escaping: mustEscape) }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value > 0x20 && scalar != "\"" && scalar != "=" && scalar != "\\" && !mustEscape(scalar)
  }

  private static func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
  }
}
