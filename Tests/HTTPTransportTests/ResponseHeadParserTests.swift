import Testing

@testable import HTTPTransport

struct `Response head parser` {
  private func parse(_ lines: [String]) throws -> [ResponseHead] {
    var parser = ResponseHeadParser()
    return try lines.compactMap { line in try Array(line.utf8).withUnsafeBytes { try parser.feed($0) } }
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

  @Test(arguments: [["HTTP/1.1 abc OK\r\n"], ["SSH-2.0-OpenSSH\r\n"], ["HTTP/1.1 200 OK\r\n", "no colon\r\n"]])
  func `refuses what is no header`(lines: [String]) {
    #expect(throws: ResponseHeadParser.Defect.self) { try parse(lines) }
  }

  @Test func `refuses headers without end`() {
    let line = "X: " + String(repeating: "x", count: 1000) + "\r\n"
    #expect(throws: ResponseHeadParser.Defect.tooLarge) {
      try parse(["HTTP/1.1 200 OK\r\n"] + Array(repeating: line, count: 300))
    }
  }
}
