import HTTPTransport
import Locking

/// A small HTTP/1.1 server for probes and metrics: `GET` and `HEAD` of fixed paths.
///
/// # Guarantees
/// - What one client can take is bounded: bytes of a request, time to send it and to take the answer, connections. When
///   all connections are taken, the one that has kept the server waiting longest makes room, so that a probe gets in.
/// - A request is handed to its handler once it is complete, one at a time per connection.
///
/// # Caveats
/// No TLS, no bodies of requests, no compression.
public final class HTTPServer: Sendable {
  /// Answers a request. Its task is cancelled when the client has waited too long, or the server stops.
  public typealias Handler = @Sendable (Request) async -> Response

  public struct Limits: Sendable {
    /// Request line and headers together, in bytes.
    public var requestSize = 8192
    public var connections = 64
    /// From the first byte of a request, or from connecting, to its last.
    public var requestTimeout = Duration.seconds(10)
    /// For the handler; after it the client is answered 503.
    public var handlerTimeout = Duration.seconds(30)
    /// For the client to take the answer.
    public var responseTimeout = Duration.seconds(30)
    /// How long a connection is kept without a request. Longer than the usual pause between scrapes.
    public var idleTimeout = Duration.seconds(90)
    /// How long answers under way are waited for when the server stops.
    public var stopGrace = Duration.seconds(2)

    public init() {}
  }

  /// What the server listens on; the port is the real one where 0 was asked for.
  public let address: ListenAddress
  private let mailbox: ServerMailbox

  /// Listens, and answers from now on until `stop`.
  ///
  /// - Parameter routes: Handlers by path; a path matches with and without a final slash.
  /// - Throws: `HTTPServerError` when it cannot listen there.
  public init(
    listeningOn address: ListenAddress, routes: [String: Handler], limits: Limits = Limits()
  ) throws(HTTPServerError) {
    let listener = try ListeningSocket(address)
    self.address = listener.address
    guard let mailbox = ServerMailbox() else {
      throw .cannotListen(address, reason: "no file descriptor is left; raise the limit of open files")
    }
    self.mailbox = mailbox
    let isStarted = DetachedThread.start(named: "http-server") {
      ServerLoop(listener: listener, mailbox: mailbox, router: Router(routes: routes), limits: limits).run()
    }
    guard isStarted else { throw .cannotListen(address, reason: "no thread is left; raise the limit of processes") }
  }

  deinit { mailbox.post(.stop) }

  /// Serves until the task is cancelled, then stops as `stop` does.
  public func run() async {
    await withTaskCancellationHandler {
      await mailbox.waitForEnd()
    } onCancel: {
      mailbox.post(.stop)
    }
  }

  /// Takes no more requests, finishes the answers under way within the grace, and returns when everything is closed.
  public func stop() async {
    mailbox.post(.stop)
    await mailbox.waitForEnd()
  }
}
