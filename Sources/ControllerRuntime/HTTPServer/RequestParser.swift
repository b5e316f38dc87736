import HTTPTransport

/// Reads HTTP/1.1 requests out of bytes that come in pieces. Pure; any bytes may be fed.
///
/// Strict where leniency would let two readers of the same bytes differ: line ends are CRLF, names are tokens, folded
/// lines and blanks before a colon are refused.
struct RequestParser {
  enum Event: Equatable {
    /// `keepsAlive`: whether another request may follow on the connection.
    case request(HTTPServer.Request, keepsAlive: Bool)
    /// Nothing that follows can be understood: answer with the status, and close.
    case refusal(status: Int)
  }

  private let sizeLimit: Int
  private var bytes: [UInt8] = []
  /// Where to go on looking for the end of the head.
  private var searched = 0
  private var hasRefused = false

  init(sizeLimit: Int) {
    self.sizeLimit = sizeLimit
  }

  /// Part of a request is there, but not all.
  var isInRequest: Bool { !bytes.isEmpty }

  mutating func feed(_ more: some Collection<UInt8>) {
    if !hasRefused { bytes.append(contentsOf: more) }
  }

  /// The next request, when it is complete. Nothing comes after a refusal.
  mutating func next() -> Event? {
    guard !hasRefused else { return nil }
    skipEmptyLines()
    guard let end = endOfHead() else {
      return bytes.count > sizeLimit ? refuse(431) : nil
    }
    guard end <= sizeLimit else { return refuse(431) }
    do {
      let event = try Self.parse(bytes[..<(end - 4)])
      bytes.removeFirst(end)
      searched = 0
      return event
    } catch {
      return refuse(error.status)
    }
  }

  private mutating func refuse(_ status: Int) -> Event {
    hasRefused = true
    bytes = []
    return .refusal(status: status)
  }

  /// Clients may send an empty line between requests (RFC 9112, 2.2).
  private mutating func skipEmptyLines() {
    while bytes.starts(with: [0x0D, 0x0A]) {
      bytes.removeFirst(2)
      searched = 0
    }
  }

  /// The offset after the empty line.
  private mutating func endOfHead() -> Int? {
    var index = max(searched, 3)
    while index < bytes.count {
      if bytes[index] == 0x0A, bytes[index - 1] == 0x0D, bytes[index - 2] == 0x0A, bytes[index - 3] == 0x0D {
        return index + 1
      }
      index += 1
    }
    searched = bytes.count
    return nil
  }
}

// MARK: - One head

extension RequestParser {
  private struct Defect: Error {
    var status = 400
  }

  private static func parse(_ head: ArraySlice<UInt8>) throws(Defect) -> Event {
    let lines = try lines(of: head)
    guard let first = lines.first else { throw Defect() }
    let (method, target, version) = try requestLine(first)
    var headers = HTTPHeaders()
    for line in lines.dropFirst() {
      let (name, value) = try field(line)
      headers.add(name, value)
    }
    let hosts = headers.values(of: "Host").count
    guard hosts <= 1, hosts == 1 || version == "HTTP/1.0" else { throw Defect() }
    let (path, query) = try split(target: target)
    let request = HTTPServer.Request(method: method, path: path, query: query, headers: headers)
    return .request(request, keepsAlive: try keepsAlive(headers, version))
  }

  private static func lines(of head: ArraySlice<UInt8>) throws(Defect) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    for part in head.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let isLast = part.endIndex == head.endIndex
      guard isLast || part.last == 0x0D else { throw Defect() }
      let line = isLast ? part : part.dropLast()
      // No control characters but tabs, and no CR that ends no line.
      guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { throw Defect() }
      lines.append(line)
    }
    return lines
  }

  private static func requestLine(
    _ line: ArraySlice<UInt8>
  ) throws(Defect) -> (method: String, target: String, version: String) {
    let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(\.isTokenCharacter),
      !parts[1].isEmpty, parts[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw Defect() }
    let version = String(decoding: parts[2], as: UTF8.self)
    guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
      throw Defect(status: version.hasPrefix("HTTP/") ? 505 : 400)
    }
    return (String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self), version)
  }

  private static func field(_ line: ArraySlice<UInt8>) throws(Defect) -> (String, String) {
    guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex,
      line[..<colon].allSatisfy(\.isTokenCharacter)
    else { throw Defect() }
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
    var value = line[(colon + 1)...].drop(while: isBlank)
    while let last = value.last, isBlank(last) { value.removeLast() }
    return (String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
  }

  /// A target is a path, or a whole URL when the client takes us for a proxy.
  private static func split(target: String) throws(Defect) -> (path: String, query: String) {
    var target = target[...]
    if let scheme = ["http://", "https://"].first(where: { target.lowercased().hasPrefix($0) }) {
      let rest = target.dropFirst(scheme.count)
      target = rest.firstIndex { $0 == "/" || $0 == "?" }.map { rest[$0...] } ?? ""
      if !target.hasPrefix("/") { target = "/" + target }
    }
    guard target.hasPrefix("/") else { throw Defect() }
    let path = target.prefix { $0 != "?" }
    return (String(path), String(target.dropFirst(path.count + 1)))
  }

  /// Bodies are not read: a request that has one is the last of its connection.
  private static func keepsAlive(_ headers: HTTPHeaders, _ version: String) throws(Defect) -> Bool {
    let lengths = headers.values(of: "Content-Length")
    guard lengths.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
      throw Defect()
    }
    let hasBody = headers["Transfer-Encoding"] != nil || lengths.contains { $0.contains { $0 != "0" } }
    let wishes = headers.values(of: "Connection").joined(separator: ",").lowercased()
      .split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
    return !hasBody && !wishes.contains("close") && (version == "HTTP/1.1" || wishes.contains("keep-alive"))
  }
}
