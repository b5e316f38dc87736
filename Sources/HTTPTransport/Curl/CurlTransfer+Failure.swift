import CCurl

/// From libcurl's result codes to errors that say what to do.
extension CurlTransfer {
  /// The outcome of a transfer that libcurl has ended.
  func outcome(of code: CURLcode) -> Result<Void, HTTPTransportError> {
    guard code == CURLE_OK else { return .failure(failure ?? error(for: code)) }
    guard isHeadComplete else {
      return .failure(.connectionLost(plan.peer, detail: "it was closed within the headers", mayHaveBeenSent: true))
    }
    return .success(())
  }

  private func error(for code: CURLcode) -> HTTPTransportError {
    let peer = plan.peer
    let detail = libcurlText.isEmpty ? String(cString: curl_easy_strerror(code)) : libcurlText
    if let tls = tlsFailure(code, detail) { return .tls(tls, peer, detail: detail) }
    return switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .cannotResolve(peer, detail: detail)
    case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED: .cannotConnect(peer, detail: detail)
    case CURLE_OPERATION_TIMEDOUT:
      .timedOut(.connect(plan.request.connectTimeout), peer, mayHaveBeenSent: mayHaveBeenSent)
    case CURLE_URL_MALFORMAT: .invalidRequest(detail: detail)
    // Our protocols are checked before: an unsupported one is what the server speaks.
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
      .invalidResponse(peer, detail: detail)
    case _ where !mayHaveBeenSent: .cannotConnect(peer, detail: detail)
    default: .connectionLost(peer, detail: detail, mayHaveBeenSent: mayHaveBeenSent)
    }
  }

  private func tlsFailure(_ code: CURLcode, _ detail: String) -> HTTPTransportError.TLSFailure? {
    switch code {
    case CURLE_PEER_FAILED_VERIFICATION: verificationFailure
    case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_CIPHER:
      .invalidConfiguration
    case CURLE_SSL_CONNECT_ERROR, CURLE_USE_SSL_FAILED:
      Self.isAboutOurCertificate(detail) ? .clientCertificateRefused : .handshake
    // In TLS 1.3 a server judges our certificate after the handshake is over for us.
    case CURLE_RECV_ERROR, CURLE_SEND_ERROR: Self.isAboutOurCertificate(detail) ? .clientCertificateRefused : nil
    default: nil
    }
  }

  /// OpenSSL has no other way than its text to tell which alert the server sent.
  private static func isAboutOurCertificate(_ detail: String) -> Bool {
    detail.contains("alert") && (detail.contains("certificate") || detail.contains("unknown ca"))
  }

  private var verificationFailure: HTTPTransportError.TLSFailure {
    var result = 0
    ccurl_get_long(easy, CURLINFO_SSL_VERIFYRESULT, &result)
    return switch result {
    // libcurl compares the name itself, between the handshake and asking OpenSSL for its result.
    case X509Result.ok, X509Result.unspecified, X509Result.hostnameMismatch, X509Result.addressMismatch: .nameMismatch
    case X509Result.notYetValid: .certificateNotYetValid
    case X509Result.expired: .certificateExpired
    case X509Result.selfSigned, X509Result.selfSignedInChain, X509Result.noLocalIssuer, X509Result.noFirstSignature,
      X509Result.badSignature:
      .unknownAuthority
    default: .certificateRejected
    }
  }
}

/// `X509_V_ERR_*` of OpenSSL, whose numbers are part of its interface.
private enum X509Result {
  static let ok = 0
  static let unspecified = 1
  static let badSignature = 7
  static let notYetValid = 9
  static let expired = 10
  static let selfSigned = 18
  static let selfSignedInChain = 19
  static let noLocalIssuer = 20
  static let noFirstSignature = 21
  static let hostnameMismatch = 62
  static let addressMismatch = 64
}
