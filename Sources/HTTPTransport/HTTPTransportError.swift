/// Why there is no answer, or no end of one. Never carries request headers.
public enum HTTPTransportError: Error, Equatable, Sendable {
  /// The request cannot be sent by anyone; `detail` names the field and what is wrong with it.
  case invalidRequest(detail: String)
  case cannotResolve(HTTPPeer, detail: String)
  case cannotConnect(HTTPPeer, detail: String)
  case tls(TLSFailure, HTTPPeer, detail: String)
  case timedOut(TimeLimit, HTTPPeer, mayHaveBeenSent: Bool)
  /// The connection ended before the answer did.
  case connectionLost(HTTPPeer, detail: String, mayHaveBeenSent: Bool)
  /// What came is not HTTP, or not in the encoding it claims.
  case invalidResponse(HTTPPeer, detail: String)
  /// The answer's header or body is over a limit of ours, in bytes.
  case tooLarge(limit: Int)
  /// The task was cancelled.
  case cancelled
  /// The transport was shut down.
  case shutDown

  /// What failed in establishing TLS.
  public enum TLSFailure: Hashable, Sendable {
    case certificateExpired
    case certificateNotYetValid
    case unknownAuthority
    case nameMismatch
    /// Another defect of the server's certificate.
    case certificateRejected
    /// The server wants a client certificate, or does not accept ours.
    case clientCertificateRefused
    /// Our own authorities, certificate or key cannot be used.
    case invalidConfiguration
    case handshake
  }

  /// The limit that ran out.
  public enum TimeLimit: Hashable, Sendable {
    case connect(Duration)
    /// Nothing arrived for that long.
    case idle(Duration)
    case deadline(Duration)
  }
}

/// Whom a request was for: what a message may say about it.
public struct HTTPPeer: Hashable, Sendable, CustomStringConvertible {
  public var host: String
  public var port: Int
  /// `host:port` of the proxy in between, without credentials.
  public var proxy: String?
  public var unixSocketPath: String?

  public init(host: String, port: Int, proxy: String? = nil, unixSocketPath: String? = nil) {
    self.host = host
    self.port = port
    self.proxy = proxy
    self.unixSocketPath = unixSocketPath
  }

  public var description: String {
    if let unixSocketPath { return "unix socket \(unixSocketPath)" }
    let address = "\(host):\(port)"
    return proxy.map { "\(address) through proxy \($0)" } ?? address
  }
}

extension HTTPTransportError {
  /// Whether the same request may succeed when it is sent again without anyone changing anything.
  ///
  /// Says nothing about whether it is safe to: see `mayHaveBeenSent`.
  public var isRetryable: Bool {
    switch self {
    case .cannotResolve, .cannotConnect, .timedOut, .connectionLost, .tls(.handshake, _, _): true
    case .invalidRequest, .tls, .invalidResponse, .tooLarge, .cancelled, .shutDown: false
    }
  }

  /// Whether the server may have seen, and carried out, the request. A request that is not idempotent must then not be
  /// repeated blindly.
  public var mayHaveBeenSent: Bool {
    switch self {
    case .invalidRequest, .cannotResolve, .cannotConnect, .tls: false
    case .timedOut(_, _, let sent), .connectionLost(_, _, let sent): sent
    case .invalidResponse, .tooLarge, .cancelled, .shutDown: true
    }
  }
}
