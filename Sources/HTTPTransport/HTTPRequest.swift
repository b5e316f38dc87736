/// One request. Everything is explicit: nothing is read from the environment, cookie jars or `.netrc`, and redirects are
/// answers like any other.
public struct HTTPRequest: Sendable {
  public var method: HTTPMethod
  /// Absolute `http` or `https` URL, percent-encoded as it goes on the wire.
  public var url: String
  public var headers: HTTPHeaders
  public var body: [UInt8]
  public var endpoint: HTTPEndpoint
  /// For the whole exchange, from `send` to the last byte of the body; `nil` is no limit.
  public var deadline: Duration?
  /// How long nothing may arrive before the exchange is given up; `nil` is for ever. It does not run while the reader
  /// of the body keeps the server waiting.
  public var idleTimeout: Duration?
  /// Stands in for `idleTimeout` until the head of the answer is there: a server that has many requests to serve is silent
  /// for longer before an answer than within one.
  public var headTimeout: Duration?
  /// After this instant nothing of the request leaves any more, however long it waited for its turn or the process was
  /// stopped, and the exchange ends: for what may only happen while a lease is held.
  public var notAfter: ContinuousClock.Instant?
  /// For name resolution, TCP, proxy and TLS handshake together.
  public var connectTimeout: Duration
  /// Offers `gzip` and `deflate`; what arrives is decoded. `Content-Length` then counts the encoded bytes.
  ///
  /// Compressed bytes that stop early within a message that is whole for HTTP end the body without an error, because
  /// libcurl does not look for their end: readers of JSON see that something is missing, others must look.
  public var acceptsCompression: Bool
  /// Whether the exchange has its connection to itself while it lasts.
  ///
  /// For bodies that are read slowly or for long (watches, lists, logs): whatever happens on a connection that is shared
  /// by multiplexing happens to all on it, and a reader that waits for another request on the same connection while its
  /// own body fills the buffers may wait for ever.
  public var usesOwnConnection: Bool

  public init(
    method: HTTPMethod = .get, url: String, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [],
    endpoint: HTTPEndpoint = HTTPEndpoint(), deadline: Duration? = nil, idleTimeout: Duration? = nil,
    headTimeout: Duration? = nil, notAfter: ContinuousClock.Instant? = nil,
    connectTimeout: Duration = .seconds(10), acceptsCompression: Bool = true, usesOwnConnection: Bool = false
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.endpoint = endpoint
    self.deadline = deadline
    self.idleTimeout = idleTimeout
    self.headTimeout = headTimeout
    self.notAfter = notAfter
    self.connectTimeout = connectTimeout
    self.acceptsCompression = acceptsCompression
    self.usesOwnConnection = usesOwnConnection
  }
}
