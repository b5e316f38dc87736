/// Status and headers of an answer.
struct ResponseHead: Equatable, Sendable {
  var status: Int
  var version: HTTPVersion
  var headers = HTTPHeaders()
}

/// Builds the head of the final answer from header lines, one at a time. Pure.
///
/// Interim answers (1xx) are passed over, as are trailers.
struct ResponseHeadParser {
  enum Defect: Error, Equatable {
    case malformed(String)
    case tooLarge
  }

  /// Of all header lines of one answer together.
  static let sizeLimit = 256 * 1024

  private var head: ResponseHead?
  private var size = 0
  private var isComplete = false

  /// Takes one line with its line end. Returns the head when the line completes the final one.
  mutating func feed(_ line: UnsafeRawBufferPointer) throws(Defect) -> ResponseHead? {
    guard !isComplete else { return nil }
    size += line.count
    guard size <= Self.sizeLimit else { throw .tooLarge }
    let text = Self.withoutLineEnd(line)
    guard var open = head else {
      head = try Self.statusLine(text)
      return nil
    }
    if text.isEmpty {
      head = nil
      guard open.status >= 200 else { return nil }
      isComplete = true
      return open
    }
    if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
      open.headers.add(Self.string(text[..<colon]), Self.string(text[(colon + 1)...]))
    } else {
      throw .malformed("a header line without a colon")
    }
    head = open
    return nil
  }

  private static func statusLine(_ text: Slice<UnsafeRawBufferPointer>) throws(Defect) -> ResponseHead {
    let parts = text.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: true)
    guard parts.count >= 2, parts[1].allSatisfy({ (0x30...0x39).contains($0) }),
      let status = Int(string(parts[1])), (100...999).contains(status)
    else {
      throw .malformed("the status line \"\(String(string(text).prefix(80)))\"")
    }
    return ResponseHead(status: status, version: HTTPVersion(rawValue: string(parts[0])) ?? .http1_1)
  }

  private static func withoutLineEnd(_ line: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer> {
    var text = line[...]
    if text.last == 0x0A { text.removeLast() }
    if text.last == 0x0D { text.removeLast() }
    return text
  }

  private static func string(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
    var trimmed = bytes.drop(while: isBlank)
    while let last = trimmed.last, isBlank(last) { trimmed.removeLast() }
    return String(decoding: trimmed, as: UTF8.self)
  }
}
