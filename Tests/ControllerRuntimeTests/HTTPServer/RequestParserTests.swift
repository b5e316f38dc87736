import HTTPTransport
import TestSupport
import Testing

@testable import ControllerRuntime

struct `Request parser` {
  private func parse(_ bytes: some Collection<UInt8>, chunk size: Int, limit: Int = 8192) -> [RequestParser.Event] {
    var parser = RequestParser(sizeLimit: limit)
    var events: [RequestParser.Event] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      parser.feed(rest.prefix(size))
      rest = rest.dropFirst(size)
      while let event = parser.next() { events.append(event) }
    }
    return events
  }

  private func parse(_ text: String) -> [RequestParser.Event] { parse(Array(text.utf8), chunk: text.utf8.count) }

  private func request(
    _ path: String, method: String = "GET", query: String = "", headers: HTTPHeaders = [:], keepsAlive: Bool = true
  ) -> RequestParser.Event {
    .request(HTTPServer.Request(method: method, path: path, query: query, headers: headers), keepsAlive: keepsAlive)
  }

  static let stream = """
    GET /healthz HTTP/1.1\r\nHost: a\r\nX:  b \r\n\r\n\r\nHEAD /metrics?x=%20&y HTTP/1.1\r\nhost: a\r\n\r\n\
    GET http://a:80/readyz HTTP/1.0\r\n\r\n
    """

  @Test(arguments: 1...160) func `reads the same requests however they are cut`(size: Int) {
    let expected = [
      request("/healthz", headers: ["Host": "a", "X": "b"]),
      request("/metrics", method: "HEAD", query: "x=%20&y", headers: ["host": "a"]),
      request("/readyz", keepsAlive: false),
    ]
    #expect(parse(Array(Self.stream.utf8), chunk: size) == expected)
  }

  @Test func `reads the same requests cut in two at every position`() {
    let bytes = Array(Self.stream.utf8)
    for position in bytes.indices {
      var parser = RequestParser(sizeLimit: 8192)
      var count = 0
      for part in [bytes[..<position], bytes[position...]] {
        parser.feed(part)
        while case .request = parser.next() { count += 1 }
      }
      #expect(count == 3, "cut at \(position)")
    }
  }

  @Test(arguments: [
    ("Connection: close", false), ("Connection: Keep-Alive, Close", false), ("Content-Length: 0", true),
    ("Content-Length: 5", false), ("Transfer-Encoding: chunked", false), ("Connection: upgrade", true),
  ])
  func `knows whether another request may follow`(header: String, keepsAlive: Bool) {
    guard case .request(_, let keeps) = parse("GET / HTTP/1.1\r\nHost: a\r\n\(header)\r\n\r\n").first else {
      Issue.record("no request")
      return
    }
    #expect(keeps == keepsAlive)
  }

  @Test(arguments: [
    ("bare line feeds", "GET / HTTP/1.1\nHost: a\n\n\r\n\r\n", 400),
    ("line feed within the headers", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
    ("carriage return within a value", "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400),
    ("NUL", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("no version", "GET /\r\n\r\n", 400), ("two blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("blank in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("target without slash", "GET metrics HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("method that is no token", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("no host", "GET / HTTP/1.1\r\n\r\n", 400), ("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    ("blank before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    ("folded line", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400),
    ("line without colon", "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400),
    ("length that is no number", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400),
    ("negative length", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
    ("length in digits of another script", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: ١\r\n\r\n", 400),
    ("empty length", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400),
    ("header without a name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400),
    ("name beyond ASCII", "GET / HTTP/1.1\r\nHost: a\r\né: b\r\n\r\n", 400),
    ("NUL in a name", "GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n", 400),
    ("NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", 400),
    ("target beyond ASCII", "GET /é HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("byte order mark", "\u{FEFF}GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("TLS hello", "\u{16}\u{3}\u{1}\r\n\r\n", 400),
    ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505), ("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
  ])
  func `refuses, once and for all:`(what: String, text: String, status: Int) {
    #expect(parse(text + "GET / HTTP/1.1\r\nHost: a\r\n\r\n") == [.refusal(status: status)])
  }

  @Test(arguments: ["GET /", "GET / HTTP/1.1\r\nX: ", "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /"])
  func `refuses what is over the limit, complete or not`(start: String) {
    let long = Array((start + String(repeating: "x", count: 500)).utf8)
    let complete = long + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    for size in [1, 100, 10_000] {
      #expect(parse(long, chunk: size, limit: 300).last == .refusal(status: 431))
      #expect(parse(complete, chunk: size, limit: 300).last == .refusal(status: 431))
    }
  }

  @Test func `a request of exactly the limit is read`() {
    let text = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    #expect(parse(Array(text.utf8), chunk: 1, limit: text.utf8.count) == [request("/", headers: ["Host": "a"])])
    #expect(parse(Array(text.utf8), chunk: 1, limit: text.utf8.count - 1) == [.refusal(status: 431)])
  }

  @Test func `any bytes are survived, and read the same however they are cut`() {
    var random = SeededGenerator(seed: 7)
    let alphabet = Array("GET /:\r\n\r\nHost: a HTTP/1.1\r\n\r\n\0\u{7F}é".utf8)
    for _ in 0..<3000 {
      var bytes = Array(Self.stream.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let (from, to) = (
          Int.random(in: 0..<bytes.count, using: &random), Int.random(in: 0..<bytes.count, using: &random)
        )
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[from] = alphabet.randomElement(using: &random) ?? 0
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: from)
        default: bytes.removeSubrange(min(from, to)..<max(from, to))
        }
        if bytes.isEmpty { bytes = [0x0D] }
      }
      let whole = parse(bytes, chunk: bytes.count)
      #expect(parse(bytes, chunk: Int.random(in: 1...20, using: &random)) == whole)
    }
  }
}
