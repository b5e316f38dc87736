import CCurl
import Locking

/// `HTTPClient` on libcurl: one multi handle on a thread of its own carries every request.
///
/// # Guarantees
/// - Requests whose endpoints differ in anything (authorities, client certificate, proxy, socket) never share a
///   connection.
/// - HTTP/2 with multiplexing where the server offers it in TLS, HTTP/1.1 elsewhere and for requests that want a
///   connection of their own.
/// - A reader that stops reading stops the server; per answer at most the buffer and one read of libcurl wait here.
/// - After a time-out without a sign of life the next request gets a new connection.
/// - A `POST` or `PATCH` whose body has begun to leave is never sent a second time by the transport.
public final class CurlTransport: HTTPClient {
  private let mailbox: Mailbox?
  private let bufferLimit: Int

  /// - Parameter bufferLimit: How many bytes of a body wait for their reader before the server has to, at least 1.
  public init(bufferLimit: Int = 256 * 1024) {
    self.bufferLimit = max(1, bufferLimit)
    mailbox = Self.startThread()
  }

  deinit { mailbox?.post(.shutDown(whenDone: nil)) }

  public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let plan = try TransferPlan(request)
    guard let mailbox else { throw HTTPTransportError.shutDown }
    let exchange = Exchange(bufferLimit: bufferLimit, control: mailbox)
    // Held from here on, so that every way out that drops it stops the transfer.
    let body = ExchangeBody(exchange)
    let head = try await exchange.head {
      if !mailbox.post(.start(plan, exchange)) { exchange.finish(.failure(.shutDown)) }
    }
    return HTTPResponse(
      status: head.status, headers: head.headers, version: head.version, body: HTTPBody(source: body))
  }

  /// Fails what is under way with `.shutDown`, closes all connections and returns when the thread has nothing left to
  /// do. Later requests fail with `.shutDown`.
  public func shutdown() async {
    await withCheckedContinuation { continuation in
      if mailbox?.post(.shutDown(whenDone: continuation)) != true { continuation.resume() }
    }
  }

  private static let libraryIsReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

  /// `nil` when libcurl cannot be initialised or has no thread, which is for want of memory, entropy or threads only.
  private static func startThread() -> Mailbox? {
    guard libraryIsReady, let multi = curl_multi_init() else { return nil }
    ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    let mailbox = Mailbox(waking: multi)
    let handle = ThreadHandle(multi: multi)
    let isStarted = DetachedThread.start(named: "http-transport") {
      CurlLoop(multi: handle.multi, mailbox: mailbox).run()
    }
    return isStarted ? mailbox : nil
  }

  /// Hands the multi handle over to the thread, which alone uses it from then on, `Mailbox` aside.
  private struct ThreadHandle: @unchecked Sendable {
    let multi: ccurl_multi
  }
}
