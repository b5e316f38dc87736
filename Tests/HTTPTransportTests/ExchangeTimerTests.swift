import Testing

@testable import HTTPTransport

struct `Exchange timer` {
  let start = ContinuousClock.now
  let request = HTTPRequest(
    url: "http://x", deadline: .seconds(100), idleTimeout: .seconds(30), connectTimeout: .seconds(10))

  private func expect(
    _ timer: ExchangeTimer, _ limit: HTTPTransportError.TimeLimit, after seconds: Int,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(timer.next?.limit == limit, sourceLocation: location)
    #expect(timer.next?.at == start + .seconds(seconds), sourceLocation: location)
  }

  @Test func `connecting comes first, then silence counts from the last byte`() {
    var timer = ExchangeTimer(request, start: start)
    expect(timer, .deadline(.seconds(100)), after: 100)
    timer.admitted(at: start + .seconds(1))
    expect(timer, .connect(.seconds(10)), after: 11)
    timer.connected(at: start + .seconds(2))
    expect(timer, .idle(.seconds(30)), after: 32)
    timer.received(at: start + .seconds(20))
    expect(timer, .idle(.seconds(30)), after: 50)
  }

  @Test func `silence does not count while the reader is behind, the deadline does`() {
    var timer = ExchangeTimer(request, start: start)
    timer.connected(at: start)
    timer.paused()
    expect(timer, .deadline(.seconds(100)), after: 100)
    timer.resumed(at: start + .seconds(60))
    expect(timer, .idle(.seconds(30)), after: 90)
    timer.received(at: start + .seconds(80))
    expect(timer, .deadline(.seconds(100)), after: 100)
  }

  @Test func `the answer may take longer to begin than to go on`() {
    var request = request
    request.headTimeout = .seconds(60)
    var timer = ExchangeTimer(request, start: start)
    timer.connected(at: start)
    expect(timer, .idle(.seconds(60)), after: 60)
    timer.received(at: start + .seconds(50))
    expect(timer, .deadline(.seconds(100)), after: 100)
    timer.headCompleted()
    expect(timer, .idle(.seconds(30)), after: 80)
  }

  @Test(arguments: [(150, 100, 100), (40, 40, 40), (-5, 0, 0)])
  func `the instant after which nothing may leave is a deadline`(seconds: Int, limit: Int, due: Int) {
    var request = request
    request.notAfter = start + .seconds(seconds)
    expect(ExchangeTimer(request, start: start), .deadline(.seconds(limit)), after: due)
  }

  @Test func `a connected exchange without limits runs for ever`() {
    var timer = ExchangeTimer(HTTPRequest(url: "http://x"), start: start)
    timer.connected(at: start)
    #expect(timer.next == nil)
  }
}
