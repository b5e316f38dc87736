/// Where a server listens.
struct BindAddress: Hashable, Sendable {
  /// A name or an IP address; empty = every address of the machine.
  var host: String
  /// 0 = any free one.
  var port: UInt16

  init(host: String = "", port: UInt16) {
    (self.host, self.port) = (host, port)
  }

  /// Reads `:8080`, `127.0.0.1:8080`, `localhost:8080` and `[::1]:8080`.
  init?(_ text: String) {
    guard let match = text.wholeMatch(of: /(?<host>[A-Za-z0-9.-]*|\[[0-9A-Fa-f:.%a-z]+\]):(?<port>[0-9]{1,5})/),
      let port = UInt16(match.port)
    else { return nil }
    let isBracketed = match.host.hasPrefix("[")
    self.init(host: String(isBracketed ? match.host.dropFirst().dropLast() : match.host), port: port)
  }
}

extension BindAddress: CustomStringConvertible {
  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
