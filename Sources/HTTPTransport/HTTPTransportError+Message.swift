extension HTTPTransportError: CustomStringConvertible {
  /// What happened with whom, and what to do about it, in one line.
  public var description: String {
    switch self {
    case .invalidRequest(let detail):
      "the request cannot be sent: \(detail)"
    case .cannotResolve(let peer, let detail):
      "cannot resolve the name of \(peer): \(detail); check the host name and the DNS of this machine"
    case .cannotConnect(let peer, let detail):
      "cannot connect to \(peer): \(detail); check the address and that the server is up"
    case .tls(let failure, let peer, let detail):
      "TLS with \(peer) failed: \(failure.meaning) (\(detail)); \(failure.remedy)"
    case .timedOut(let limit, let peer, _):
      "\(peer) \(limit.meaning)"
    case .connectionLost(let peer, let detail, _):
      "the connection to \(peer) was lost: \(detail)"
    case .invalidResponse(let peer, let detail):
      "\(peer) did not answer in valid HTTP: \(detail); check that the URL leads to the right port"
    case .tooLarge(let limit):
      "the answer is larger than the \(limit) bytes allowed"
    case .cancelled:
      "the request was cancelled"
    case .shutDown:
      "the HTTP transport was shut down"
    }
  }
}

extension HTTPTransportError.TLSFailure {
  fileprivate var meaning: String {
    switch self {
    case .certificateExpired: "the server's certificate has expired"
    case .certificateNotYetValid: "the server's certificate is not valid yet"
    case .unknownAuthority: "the server's certificate was signed by an authority that is not trusted"
    case .nameMismatch: "the server's certificate is for another name"
    case .certificateRejected: "the server's certificate is not acceptable"
    case .clientCertificateRefused: "the server refused our client certificate, or wants one"
    case .invalidConfiguration: "the configured certificates or key cannot be used"
    case .handshake: "no agreement"
    }
  }

  fileprivate var remedy: String {
    switch self {
    case .certificateExpired: "renew it, or correct the clock of this machine"
    case .certificateNotYetValid: "correct the clock of this machine or the server's"
    case .unknownAuthority: "configure the CA that signed it"
    case .nameMismatch: "use a host name that it carries, or set tls-server-name to one"
    case .certificateRejected: "replace it"
    case .clientCertificateRefused: "check the client certificate: its signer and that it has not expired"
    case .invalidConfiguration: "check that they are PEM, and that key and certificate belong together"
    case .handshake: "check that the port speaks TLS, and whether the server wants a client certificate"
    }
  }
}

extension HTTPTransportError.TimeLimit {
  fileprivate var meaning: String {
    switch self {
    case .connect(let limit):
      "was not connected within \(limit); check the address, firewalls and that the server is up"
    case .idle(let limit): "sent nothing for \(limit); the server or the network in between hangs"
    case .deadline(let limit): "did not complete the answer within \(limit)"
    }
  }
}
