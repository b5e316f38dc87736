/// Where a server listens, as flags write it: `:8080`, `127.0.0.1:8080`, `[::1]:8080`, `localhost:0`.
public struct ListenAddress: Hashable, Sendable {
  /// A numeric address without brackets; empty listens on every address of the machine.
  public var host: String
  /// 0 lets the system choose.
  public var port: UInt16

  public init(host: String = "", port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads a flag's value.
  ///
  /// - Returns: `nil` for `0`, which switches the server off.
  /// - Throws: `HTTPServerError.invalidAddress`.
  public static func parse(_ text: String) throws(HTTPServerError) -> ListenAddress? {
    if text == "0" { return nil }
    guard let colon = text.lastIndex(of: ":") else {
      throw .invalidAddress(text, reason: "it has no port")
    }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
      throw .invalidAddress(text, reason: "the port \"\(digits)\" is not a number from 0 to 65535")
    }
    return ListenAddress(host: try host(String(text[..<colon]), of: text), port: port)
  }

  private static func host(_ written: String, of text: String) throws(HTTPServerError) -> String {
    let host: String
    if written.hasPrefix("["), written.hasSuffix("]") {
      host = String(written.dropFirst().dropLast())
      guard host.contains(":") else { throw .invalidAddress(text, reason: "brackets are for IPv6 addresses") }
    } else {
      guard !written.contains(":") else { throw .invalidAddress(text, reason: "an IPv6 address needs brackets") }
      host = written == "localhost" ? "127.0.0.1" : written
    }
    // Names are not looked up: it takes time, and a server that moves with DNS is nobody's wish.
    guard host.isEmpty || SocketAddress(host: host, port: 0) != nil else {
      throw .invalidAddress(text, reason: "\"\(host)\" is not an IP address")
    }
    return host
  }
}

extension ListenAddress: CustomStringConvertible {
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
