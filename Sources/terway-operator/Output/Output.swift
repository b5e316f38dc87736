/// Where a command writes. Only what was asked for goes to standard output; everything said about it goes to standard error.
struct Output: Sendable {
  let standardOutput: TextSink
  let standardError: TextSink

  func write(_ text: String) throws(OutputError) { try standardOutput.write(text) }

  /// Says why the command stops. Losing it is no error: there is nobody left to tell.
  func error(_ message: String) { say("error", .red, message) }

  func warning(_ message: String) { say("warning", .yellow, message) }

  func note(_ message: String) { say("note", .cyan, message) }

  /// A line on standard error without a label.
  func tell(_ message: String) {
    do { try standardError.write(message + "\n") } catch {}
  }

  private func say(_ label: String, _ color: TextStyle, _ message: String) {
    tell("\(standardError.styled("\(label):", color)) \(message)")
  }
}

/// Takes text, and knows whether it may be coloured.
struct TextSink: Sendable {
  let isStyled: Bool
  let writeBytes: @Sendable ([UInt8]) throws(OutputError) -> Void

  func write(_ text: String) throws(OutputError) { try writeBytes(Array(text.utf8)) }

  func styled(_ text: String, _ style: TextStyle) -> String {
    isStyled ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// The SGR parameters of a terminal.
enum TextStyle: String, Sendable {
  case bold = "1"
  case faint = "2"
  case red = "1;31"
  case yellow = "1;33"
  case cyan = "1;36"
}

/// Output that could not be written.
enum OutputError: Error, Equatable, Sendable {
  /// The reader went away, as `head` does when it has enough.
  case brokenPipe
  case failed(code: Int32)
}
