/// How a server is reached: everything that decides whether two requests may use one connection.
public struct HTTPEndpoint: Hashable, Sendable {
  public var tls: TLSConfiguration
  /// `http://`, `https://`, `socks5://` or `socks5h://` URL of a proxy; `nil` connects directly.
  /// The environment (`HTTPS_PROXY`, `NO_PROXY`) is never consulted.
  public var proxy: String?
  /// Connects to this socket, whatever host the URL names.
  public var unixSocketPath: String?

  public init(tls: TLSConfiguration = TLSConfiguration(), proxy: String? = nil, unixSocketPath: String? = nil) {
    self.tls = tls
    self.proxy = proxy
    self.unixSocketPath = unixSocketPath
  }
}

/// Whom to trust and who we are. Certificates and keys are PEM, in memory.
public struct TLSConfiguration: Hashable, Sendable {
  public enum Verification: Hashable, Sendable {
    /// The chain and the name are checked.
    case full
    /// Anyone may answer. Only for a user who wrote exactly that down.
    case disabled
  }

  /// The only authorities trusted; `nil` trusts the system's.
  public var certificateAuthorities: [UInt8]?
  /// Presented when the server asks; may carry intermediates. Needs `clientKey`.
  public var clientCertificate: [UInt8]?
  public var clientKey: [UInt8]?
  /// The name in SNI and the name that the certificate must carry, where it differs from the URL's host.
  public var serverName: String?
  public var verification: Verification

  public init(
    certificateAuthorities: [UInt8]? = nil, clientCertificate: [UInt8]? = nil, clientKey: [UInt8]? = nil,
    serverName: String? = nil, verification: Verification = .full
  ) {
    self.certificateAuthorities = certificateAuthorities
    self.clientCertificate = clientCertificate
    self.clientKey = clientKey
    self.serverName = serverName
    self.verification = verification
  }
}

extension TLSConfiguration: CustomStringConvertible, CustomReflectable {
  /// Says what is set, never the key.
  public var description: String {
    let parts = [
      certificateAuthorities == nil ? "system authorities" : "own authorities",
      clientCertificate == nil ? nil : "client certificate",
      serverName.map { "server name \($0)" },
      verification == .full ? nil : "verification disabled",
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
  public var customMirror: Mirror { Mirror(self, children: ["summary": description]) }
}
