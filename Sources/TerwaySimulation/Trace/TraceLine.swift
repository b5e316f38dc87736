import Serialization

/// One line of a trace.
enum TraceLine {
  struct Refusal: Error { var reason: String }

  /// - Parameter lastStart: of the line before.
  static func pod(_ bytes: UnsafeRawBufferPointer, after lastStart: Double) throws(Refusal) -> PodRecord {
    let fields = bytes.split(separator: UInt8(ascii: ","), maxSplits: 3, omittingEmptySubsequences: false)
    guard fields.count == 3 else {
      throw Refusal(reason: "must have the 3 columns \(TraceParser.header), but has \(fields.count)")
    }
    guard !fields[2].isEmpty else { throw Refusal(reason: "group is empty; it must name what the pod belongs to") }
    let start = try time(fields[0], "start_s")
    guard start >= lastStart else {
      throw Refusal(reason: "start_s \(shown(start)) comes after \(shown(lastStart)); sort the trace by start_s")
    }
    guard !fields[1].isEmpty else { return PodRecord(start: start, end: nil, group: GroupID(fields[2])) }
    let end = try time(fields[1], "end_s")
    guard end >= start else {
      throw Refusal(reason: "end_s \(shown(end)) is before start_s \(shown(start)); leave it empty if it is not known")
    }
    return PodRecord(start: start, end: end, group: GroupID(fields[2]))
  }

  private static func time(_ bytes: Slice<UnsafeRawBufferPointer>, _ column: String) throws(Refusal) -> Double {
    if let whole = wholeNumber(bytes) { return whole }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.allSatisfy(isPartOfNumber), let value = Double(text), (0...TraceParser.maximumTime) ~= value else {
      let expected = "must be seconds from 0 to \(shown(TraceParser.maximumTime)), such as 15 or 15.25"
      throw Refusal(reason: "\(column) \(quoted(UnsafeRawBufferPointer(rebasing: bytes))) \(expected)")
    }
    return value
  }

  /// The common case, without making a string.
  private static func wholeNumber(_ bytes: Slice<UnsafeRawBufferPointer>) -> Double? {
    guard (1...10).contains(bytes.count) else { return nil }
    var value = 0
    for byte in bytes {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return Double(value)
  }

  /// Not `inf`, `nan` or hexadecimal, which `Double` reads too.
  private static func isPartOfNumber(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e")
      || byte == UInt8(ascii: "+")
  }

  private static func shown(_ time: Double) -> String {
    time == time.rounded() ? String(Int64(time)) : String(time)
  }

  /// The start of a text that may hold anything, fit for a terminal.
  static func quoted(_ bytes: UnsafeRawBufferPointer) -> String {
    let text = String(decoding: bytes.prefix(40), as: UTF8.self)
    let safe = text.unicodeScalars.map { $0.value >= 0x20 && $0.value != 0x7F ? Character($0) : "\u{FFFD}" }
    return "\"\(String(safe))\(bytes.count > 40 ? "…" : "")\""
  }
}
