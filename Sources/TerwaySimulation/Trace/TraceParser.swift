import Serialization

/// Reads a trace from bytes that arrive in pieces: CSV with the header `start_s,end_s,group`, ordered by `start_s`.
///
/// Keeps one unfinished line and the last time it saw; memory does not grow with the trace.
public struct TraceParser: Sendable {
  public static let header = "start_s,end_s,group"
  /// Longest line, in bytes. Anything longer is no trace.
  public static let maximumLineLength = 4096
  /// Latest time, in seconds: 1000 years. Beyond, milliseconds are lost in a double.
  public static let maximumTime = 3.2e10

  private let file: String
  private var line = 0
  private var partial: [UInt8] = []
  private var lastStart = 0.0
  /// Pods read so far.
  public private(set) var count = 0

  /// - Parameter file: as messages name it.
  public init(file: String) { self.file = file }

  /// Takes the next bytes and appends the pods whose lines they complete.
  public mutating func parse(_ bytes: UnsafeRawBufferPointer, into pods: inout [PodRecord]) throws(TraceError) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let head = UnsafeRawBufferPointer(rebasing: rest[..<end])
      rest = rest[(end + 1)...]
      if partial.isEmpty {
        try takeLine(head, into: &pods)
      } else {
        partial += head
        try takePartial(into: &pods)
      }
    }
    partial += rest
    if line == 0 { try refuseCompression(partial) }
    guard partial.count <= Self.maximumLineLength else { throw atNextLine(tooLong) }
  }

  /// Takes what is left when the input has ended.
  public mutating func finish(into pods: inout [PodRecord]) throws(TraceError) {
    if !partial.isEmpty { try takePartial(into: &pods) }
    guard line > 0 else { throw atNextLine("the trace is empty; its first line must be \(Self.header)") }
    guard count > 0 else { throw atNextLine("the trace has no pods after its header") }
  }

  private var tooLong: String { "the line is longer than \(Self.maximumLineLength) bytes; is this a CSV file?" }

  private func atNextLine(_ reason: String) -> TraceError { .malformed(file: file, line: line + 1, reason: reason) }

  private mutating func takePartial(into pods: inout [PodRecord]) throws(TraceError) {
    let bytes = partial
    partial.removeAll(keepingCapacity: true)
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(TraceError) in try pod(ofLine: bytes) }
    }
    if let pod = try result.get() { pods.append(pod) }
  }

  private mutating func takeLine(_ bytes: UnsafeRawBufferPointer, into pods: inout [PodRecord]) throws(TraceError) {
    if let pod = try pod(ofLine: bytes) { pods.append(pod) }
  }

  private mutating func pod(ofLine bytes: UnsafeRawBufferPointer) throws(TraceError) -> PodRecord? {
    if line == 0 { try refuseCompression(bytes) }
    guard bytes.count <= Self.maximumLineLength else { throw atNextLine(tooLong) }
    defer { line += 1 }
    let text = bytes.last == UInt8(ascii: "\r") ? UnsafeRawBufferPointer(rebasing: bytes.dropLast()) : bytes
    if line == 0 {
      try checkHeader(text)
      return nil
    }
    if text.isEmpty { return nil }
    do {
      let pod = try TraceLine.pod(text, after: lastStart)
      lastStart = pod.start
      count += 1
      return pod
    } catch {
      throw atNextLine(error.reason)
    }
  }

  /// Before anything else is said of the first line: in compressed bytes a line ends anywhere, or nowhere.
  private func refuseCompression(_ bytes: some Sequence<UInt8>) throws(TraceError) {
    if bytes.starts(with: [0x1F, 0x8B]) {
      throw atNextLine("the trace is compressed with gzip; unpack it first, for example with gunzip -k")
    }
  }

  private func checkHeader(_ bytes: UnsafeRawBufferPointer) throws(TraceError) {
    guard bytes.elementsEqual(Self.header.utf8) else {
      let given = TraceLine.quoted(bytes)
      throw atNextLine("the first line must be \(Self.header), but is \(given)")
    }
  }
}
