import CCurl

/// A URL taken apart by libcurl's own parser, so that nobody reads it differently from whom it is handed to.
struct ParsedURL {
  let scheme: String
  /// With brackets around an IPv6 address.
  let host: String
  let port: Int
  /// `host`, and the port where the URL has one: the value of a `Host` header.
  let authority: String
  private let text: String

  init?(_ text: String, isProxy: Bool = false) {
    self.text = text
    guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else { return nil }
    // A proxy's scheme has no default port that libcurl's parser knows of; its documentation gives 1080.
    let found: (scheme: String, host: String, port: Int, authority: String)? = Self.withHandle(text) { handle in
      guard let scheme = Self.part(CURLUPART_SCHEME, of: handle), let host = Self.part(CURLUPART_HOST, of: handle)
      else {
        return nil
      }
      let written = Self.part(CURLUPART_PORT, of: handle)
      let standard = isProxy ? (scheme == "https" ? 443 : 1080) : (scheme == "https" ? 443 : 80)
      guard let port = written.map({ Int($0) }) ?? standard else { return nil }
      return (scheme, host, port, written.map { "\(host):\($0)" } ?? host)
    }
    guard let found else { return nil }
    (scheme, host, port, authority) = found
  }

  func replacingHost(with name: String) throws(HTTPTransportError) -> String {
    let host = name.contains(":") && !name.hasPrefix("[") ? "[\(name)]" : name
    let replaced: String? = Self.withHandle(text) { handle in
      guard curl_url_set(handle, CURLUPART_HOST, host, 0) == CURLUE_OK else { return nil }
      return Self.part(CURLUPART_URL, of: handle)
    }
    guard let replaced else {
      throw .invalidRequest(detail: "tls-server-name \(String(reflecting: name)) is not a host name")
    }
    return replaced
  }

  private static func withHandle<Value>(_ text: String, _ body: (OpaquePointer) -> Value?) -> Value? {
    guard let handle = curl_url() else { return nil }
    defer { curl_url_cleanup(handle) }
    let flags = UInt32(CURLU_NON_SUPPORT_SCHEME)
    guard curl_url_set(handle, CURLUPART_URL, text, flags) == CURLUE_OK else { return nil }
    return body(handle)
  }

  private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String? {
    var value: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &value, 0) == CURLUE_OK, let value else { return nil }
    defer { curl_free(value) }
    return String(cString: value)
  }
}
