import CCurl

/// One easy handle and what its callbacks need. Confined to the transfer thread.
///
/// libcurl holds unretained pointers to it; `CurlLoop` keeps it alive until the handle has left the multi handle.
final class CurlTransfer {
  let plan: TransferPlan
  let exchange: Exchange
  let pool: ConnectionPool
  let easy: ccurl_easy
  var timer: ExchangeTimer
  /// A connection was there and the request began to be written to it.
  private(set) var mayHaveBeenSent = false
  private(set) var isHeadComplete = false
  /// What a callback found wrong; libcurl itself only knows that the callback failed.
  private(set) var failure: HTTPTransportError?

  private var headParser = ResponseHeadParser()
  private var bodyOffset = 0
  private var lists: [UnsafeMutablePointer<curl_slist>] = []
  private let errorText: UnsafeMutablePointer<CChar>

  init?(_ plan: TransferPlan, _ exchange: Exchange, pool: ConnectionPool, now: ContinuousClock.Instant) {
    guard let easy = curl_easy_init() else { return nil }
    (self.plan, self.exchange, self.pool, self.easy) = (plan, exchange, pool, easy)
    timer = ExchangeTimer(plan.request, start: now)
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    pool.enter()
  }

  deinit {
    curl_easy_cleanup(easy)
    lists.forEach(curl_slist_free_all)
    errorText.deallocate()
    pool.leave(at: .now)
  }

  /// What libcurl wrote about a failure; empty when it did not.
  var libcurlText: String { String(cString: errorText) }

  func keep(_ list: UnsafeMutablePointer<curl_slist>) { lists.append(list) }

  var errorBuffer: UnsafeMutableRawPointer { UnsafeMutableRawPointer(errorText) }
}

// MARK: - What happens on the wire

extension CurlTransfer {
  func connectionIsReady() {
    mayHaveBeenSent = true
    timer.connected(at: .now)
  }

  /// Whether the transfer goes on.
  func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    noteArrival()
    do {
      if let head = try headParser.feed(line) {
        isHeadComplete = true
        timer.headCompleted()
        exchange.receive(head)
      }
      return true
    } catch {
      switch error {
      case .tooLarge: failure = .tooLarge(limit: ResponseHeadParser.sizeLimit)
      case .malformed(let what): failure = .invalidResponse(plan.peer, detail: what)
      }
      return false
    }
  }

  /// Whether the bytes were taken; else the transfer pauses.
  func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    noteArrival()
    if exchange.receive(bytes) { return true }
    timer.paused()
    return false
  }

  func resume() {
    timer.resumed(at: .now)
    curl_easy_pause(easy, CURLPAUSE_CONT)
  }

  /// Copies the next part of the request's body; returns its size, 0 at the end.
  func produceBody(_ target: UnsafeMutableRawBufferPointer) -> Int {
    let body = plan.request.body
    let count = min(target.count, body.count - bodyOffset)
    guard count > 0 else { return 0 }
    body.withUnsafeBytes {
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[bodyOffset..<bodyOffset + count]))
    }
    bodyOffset += count
    return count
  }

  /// libcurl rewinds the body to send the request again, on its own, when a reused connection turns out to be closed.
  /// It does so for every method; here only those may be repeated of which a second one does no harm.
  func rewindBody(to offset: Int) -> Bool {
    guard offset >= 0, offset <= plan.request.body.count else { return false }
    guard plan.request.method.isIdempotent || bodyOffset == 0 else { return false }
    bodyOffset = offset
    return true
  }

  private func noteArrival() {
    let now = ContinuousClock.now
    timer.received(at: now)
    pool.lastReceived = now
  }
}
