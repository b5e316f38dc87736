import CCurl

/// Which option of libcurl gets what.
extension CurlTransfer {
  /// Sets the easy handle up.
  ///
  /// - Throws: `.invalidRequest` or `.tls(.invalidConfiguration)` when libcurl does not take a value.
  func configure() throws(HTTPTransportError) {
    try setCallbacks()
    try setTarget()
    try setRequest()
    if plan.isSecure { try setTLS(plan.request.endpoint.tls) }
  }

  private func setCallbacks() throws(HTTPTransportError) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    try check("ERRORBUFFER", ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorBuffer))
    try check("HEADERFUNCTION", ccurl_set_data_callback(easy, CURLOPT_HEADERFUNCTION, Self.onHeader))
    try check("HEADERDATA", ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context))
    try check("WRITEFUNCTION", ccurl_set_data_callback(easy, CURLOPT_WRITEFUNCTION, Self.onBody))
    try check("WRITEDATA", ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context))
    try check("READFUNCTION", ccurl_set_data_callback(easy, CURLOPT_READFUNCTION, Self.onUpload))
    try check("READDATA", ccurl_set_pointer(easy, CURLOPT_READDATA, context))
    try check("SEEKFUNCTION", ccurl_set_seek_callback(easy, Self.onSeek))
    try check("SEEKDATA", ccurl_set_pointer(easy, CURLOPT_SEEKDATA, context))
    try check("PREREQFUNCTION", ccurl_set_ready_callback(easy, Self.onReady))
    try check("PREREQDATA", ccurl_set_pointer(easy, CURLOPT_PREREQDATA, context))
  }

  private func setTarget() throws(HTTPTransportError) {
    let endpoint = plan.request.endpoint
    try set(CURLOPT_URL, plan.url, "URL")
    try set(CURLOPT_PROTOCOLS_STR, "http,https", "PROTOCOLS")
    // An empty string, and not NULL, keeps libcurl from looking into the environment.
    try set(CURLOPT_PROXY, endpoint.proxy ?? "", "PROXY")
    try set(CURLOPT_NOPROXY, "", "NOPROXY")
    if let path = endpoint.unixSocketPath { try set(CURLOPT_UNIX_SOCKET_PATH, path, "UNIX_SOCKET_PATH") }
    if let connectTo = plan.connectTo { try set(CURLOPT_CONNECT_TO, [connectTo], "CONNECT_TO") }

    try check("SHARE", ccurl_set_pointer(easy, CURLOPT_SHARE, pool.handle))
    // HTTP/1.1 carries one exchange at a time: what shares nothing, and can be reused afterwards.
    let mayMultiplex = plan.isSecure && !pool.key.isExclusive
    try set(CURLOPT_HTTP_VERSION, Int(mayMultiplex ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1), "HTTP_VERSION")
    try set(CURLOPT_PIPEWAIT, mayMultiplex ? 1 : 0, "PIPEWAIT")

    try set(CURLOPT_NOSIGNAL, 1, "NOSIGNAL")
    // Otherwise removing a handle waits for a name resolution that hangs, and all transfers with it.
    try set(CURLOPT_QUICK_EXIT, 1, "QUICK_EXIT")
    try set(CURLOPT_CONNECTTIMEOUT_MS, max(1, plan.request.connectTimeout.milliseconds), "CONNECTTIMEOUT_MS")
    try set(CURLOPT_TCP_KEEPALIVE, 1, "TCP_KEEPALIVE")
    try set(CURLOPT_TCP_KEEPIDLE, 30, "TCP_KEEPIDLE")
    try set(CURLOPT_TCP_KEEPINTVL, 10, "TCP_KEEPINTVL")
  }

  private func setRequest() throws(HTTPTransportError) {
    let request = plan.request
    switch request.method {
    case .get: try set(CURLOPT_HTTPGET, 1, "HTTPGET")
    case .head: try set(CURLOPT_NOBODY, 1, "NOBODY")
    case .post, .put, .patch, .delete: break
    }
    let sendsBody = !request.body.isEmpty || [.post, .put, .patch].contains(request.method)
    if sendsBody {
      guard request.method != .head else { throw .invalidRequest(detail: "HEAD has no body") }
      try set(CURLOPT_POST, 1, "POST")
      try check(
        "POSTFIELDSIZE", ccurl_set_int64(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)))
    }
    if request.method != .head { try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue, "CUSTOMREQUEST") }
    try set(CURLOPT_HTTPHEADER, plan.headerLines, "HTTPHEADER")
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1, "SUPPRESS_CONNECT_HEADERS")
    try set(CURLOPT_BUFFERSIZE, 64 * 1024, "BUFFERSIZE")
    if request.acceptsCompression, request.headers["Accept-Encoding"] == nil {
      try set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate", "ACCEPT_ENCODING")
    }
  }

  private func setTLS(_ tls: TLSConfiguration) throws(HTTPTransportError) {
    if let authorities = tls.certificateAuthorities {
      try set(CURLOPT_CAINFO_BLOB, authorities, "CAINFO_BLOB")
      // The directory that libcurl was built with would be trusted beside the blob.
      try check("CAPATH", ccurl_set_string(easy, CURLOPT_CAPATH, nil))
    }
    if let certificate = tls.clientCertificate, let key = tls.clientKey {
      try set(CURLOPT_SSLCERT_BLOB, certificate, "SSLCERT_BLOB")
      try set(CURLOPT_SSLKEY_BLOB, key, "SSLKEY_BLOB")
    }
    let verifies = tls.verification == .full
    try set(CURLOPT_SSL_VERIFYPEER, verifies ? 1 : 0, "SSL_VERIFYPEER")
    try set(CURLOPT_SSL_VERIFYHOST, verifies ? 2 : 0, "SSL_VERIFYHOST")
    try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2), "SSLVERSION")
  }
}

// MARK: - Setters that check

extension CurlTransfer {
  private func check(_ option: String, _ code: CURLcode) throws(HTTPTransportError) {
    guard code != CURLE_OK else { return }
    throw .invalidRequest(detail: "libcurl refused its \(option): \(String(cString: curl_easy_strerror(code)))")
  }

  private func set(_ option: CURLoption, _ value: Int, _ name: String) throws(HTTPTransportError) {
    try check(name, ccurl_set_long(easy, option, value))
  }

  private func set(_ option: CURLoption, _ value: String, _ name: String) throws(HTTPTransportError) {
    try check(name, ccurl_set_string(easy, option, value))
  }

  private func set(_ option: CURLoption, _ bytes: [UInt8], _ name: String) throws(HTTPTransportError) {
    try check(name, bytes.withUnsafeBytes { ccurl_set_blob(easy, option, $0.baseAddress, $0.count) })
  }

  private func set(_ option: CURLoption, _ lines: [String], _ name: String) throws(HTTPTransportError) {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines {
      guard let longer = curl_slist_append(list, line) else {
        curl_slist_free_all(list)
        throw .invalidRequest(detail: "no memory for its \(name)")
      }
      list = longer
    }
    if let list { keep(list) }
    try check(name, ccurl_set_list(easy, option, list))
  }
}

extension Duration {
  /// Whole milliseconds, rounded down.
  var milliseconds: Int {
    let (seconds, attoseconds) = components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}
