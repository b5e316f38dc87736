import Testing

@testable import HTTPTransport

struct `Response head parser` {
  private func parse(_ lines: [String]) throws -> [ResponseHead] { try parse(lines.map { Array($0.utf8) }) }

  private func parse(_ lines: [[UInt8]]) throws -> [ResponseHead] {
    var parser = ResponseHeadParser()
    return try lines.compactMap { line in try line.withUnsafeBytes { try parser.feed($0) } }
  }

  /// Whatever is before and after line feeds, as lines.
  private func lines(of bytes: some Collection<UInt8>) -> [[UInt8]] {
    bytes.split(separator: 0x0A, maxSplits: .max, omittingEmptySubsequences: false).dropLast().map { $0 + [0x0A] }
  }

  @Test func `passes over interim answers and trailers`() throws {
    let heads = try parse([
      "HTTP/1.1 100 Continue\r\n", "X-Interim: 1\r\n", "\r\n",
      "HTTP/1.1 103 Early Hints\r\n", "\r\n",
      "HTTP/1.1 200 OK\r\n", "A: 1\r\n", "a:  2 \r\n", "Empty:\r\n", "\r\n",
      "X-Trailer: 1\r\n", "\r\n",
    ])
    #expect(
      heads == [ResponseHead(status: 200, version: .http1_1, headers: ["A": "1", "a": "2", "Empty": ""])])
  }

  @Test(arguments: [
    ("HTTP/1.0 404 Not Found\r\n", 404, HTTPVersion.http1_0), ("HTTP/2 200 \r\n", 200, .http2),
    ("HTTP/1.1 418\n", 418, .http1_1),
  ])
  func `reads the status line`(line: String, status: Int, version: HTTPVersion) throws {
    #expect(try parse([line, "\r\n"]) == [ResponseHead(status: status, version: version)])
  }

  @Test(arguments: [
    "", "\r\n", "\0", "HTTP/1.1 abc OK\r\n", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1\r\n", "HTTP/1.1 \r\n",
    "HTTP/1.1 99 No\r\n",
    "HTTP/1.1 1000 No\r\n", "HTTP/1.1 +200 OK\r\n", "HTTP/1.1 -200 OK\r\n", "HTTP/1.1 2e2 OK\r\n",
    "HTTP/1.1 ٢٠٠ OK\r\n",
    "HTTP/1.1 200\0 OK\r\n", "HTTP/1.1 99999999999999999999 OK\r\n", "HTTP/1.1\t200\tOK\r\n",
  ])
  func `refuses what is no status line`(line: String) {
    #expect(throws: ResponseHeadParser.Defect.self) { try parse([line]) }
  }

  @Test(arguments: ["no colon\r\n", " folded\r\n", "\0\r\n", "HTTP/1.1 200 OK\r\n"])
  func `refuses what is no header`(line: String) {
    #expect(throws: ResponseHeadParser.Defect.self) { try parse(["HTTP/1.1 200 OK\r\n", line]) }
  }

  @Test func `cut short anywhere there is no head, and with any byte replaced there is at most one`() throws {
    let bytes = Array("HTTP/1.1 200 OK\r\nA: 1\r\nEmpty:\r\n\r\n".utf8)
    #expect(try parse(lines(of: bytes)).count == 1)
    for index in bytes.indices {
      #expect(try parse(lines(of: bytes[..<index])).isEmpty, "cut at \(index)")
      for byte in UInt8.min...UInt8.max {
        var changed = bytes
        changed[index] = byte
        let heads = Result { try parse(lines(of: changed)) }
        if case .success(let heads) = heads { #expect(heads.count <= 1, "\(byte) at \(index)") }
      }
    }
  }

  @Test func `refuses headers without end`() {
    let line = "X: " + String(repeating: "x", count: 1000) + "\r\n"
    #expect(throws: ResponseHeadParser.Defect.tooLarge) {
      try parse(["HTTP/1.1 200 OK\r\n"] + Array(repeating: line, count: 300))
    }
  }
}
