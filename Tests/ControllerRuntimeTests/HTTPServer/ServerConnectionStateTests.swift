import Testing

@testable import ControllerRuntime

struct `Server connection` {
  let start = ContinuousClock.now
  let limits = HTTPServer.Limits()

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
  private func output(_ state: ServerConnectionState) -> String { String(decoding: state.output, as: UTF8.self) }
  private let get = Array("GET /a HTTP/1.1\r\nHost: x\r\n\r\n".utf8)

  private func request(_ action: ServerConnectionState.Action) -> String? {
    if case .handle(let request) = action { request.path } else { nil }
  }

  @Test func `reads, handles, writes, and reads on`() {
    var state = ServerConnectionState(limits: limits, at: start)
    #expect(request(state.received(get, at: start)) == "/a")
    #expect(state.waitingSince == nil)
    #expect(state.answered(.init(text: "hi"), at: start) == .write)
    #expect(output(state).hasSuffix("\r\nContent-Length: 2\r\n\r\nhi"))
    #expect(state.wrote(5, at: start) == .write)
    #expect(state.wrote(state.output.count, at: start + .seconds(1)) == .read)
    #expect(state.deadline == start + .seconds(1) + limits.idleTimeout)
  }

  @Test func `requests sent ahead are handled one after the other`() {
    var state = ServerConnectionState(limits: limits, at: start)
    #expect(request(state.received(get + bytes("GET /b HTTP/1.1\r\nHost: x\r\n\r\n"), at: start)) == "/a")
    _ = state.answered(.plain(200), at: start)
    #expect(request(state.wrote(state.output.count, at: start)) == "/b")
  }

  @Test func `a refusal is written, the rest thrown away, then it is closed`() {
    var state = ServerConnectionState(limits: limits, at: start)
    #expect(state.received(bytes("nonsense\r\n\r\n"), at: start) == .write)
    #expect(output(state).hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
    #expect(output(state).contains("\r\nConnection: close\r\n"))
    #expect(state.wrote(state.output.count, at: start) == .drain)
    #expect(state.received(bytes("more"), at: start) == .drain)
    #expect(state.inputEnded() == .close)
  }

  @Test func `drops of a request do not move its deadline`() {
    var state = ServerConnectionState(limits: limits, at: start)
    for second in 1...9 {
      #expect(state.received(bytes("G"), at: start + .seconds(second)) == .read)
      #expect(state.deadline == start + .seconds(1) + limits.requestTimeout)
    }
    #expect(state.waitingSince == start)
    #expect(state.timedOut(at: state.deadline) == .write)
    #expect(output(state).hasPrefix("HTTP/1.1 408 "))
  }

  @Test func `every phase ends by its deadline`() {
    var state = ServerConnectionState(limits: limits, at: start)
    #expect(state.timedOut(at: start) == .close)
    state = ServerConnectionState(limits: limits, at: start)
    _ = state.received(get, at: start)
    #expect(state.deadline == start + limits.handlerTimeout)
    #expect(state.timedOut(at: start) == .write)
    #expect(output(state).hasPrefix("HTTP/1.1 503 "))
    #expect(state.deadline == start + limits.responseTimeout)
    #expect(state.timedOut(at: start) == .close)
  }

  @Test func `when the server stops, an answer under way is the last`() {
    var state = ServerConnectionState(limits: limits, at: start)
    #expect(state.stopping() == .close)
    state = ServerConnectionState(limits: limits, at: start)
    _ = state.received(get, at: start)
    #expect(state.stopping() == nil)
    _ = state.answered(.plain(200), at: start)
    #expect(output(state).contains("\r\nConnection: close\r\n"))
    #expect(state.wrote(state.output.count, at: start) == .drain)
  }

  @Test func `HEAD is answered with the length of the body that is left out`() {
    var state = ServerConnectionState(limits: limits, at: start)
    _ = state.received(bytes("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n"), at: start)
    _ = state.answered(.init(text: "hello"), at: start)
    #expect(output(state).hasSuffix("\r\nContent-Length: 5\r\n\r\n"))
  }

  @Test func `a handler's headers cannot break the message`() {
    let response = HTTPServer.Response(
      headers: ["A": "1", "B": "2\r\nEvil: 3", "C d": "4", "Content-Length": "99", "Connection": "close"], body: [0x78])
    let text = String(decoding: response.encoded(includesBody: true, closes: false), as: UTF8.self)
    #expect(text == "HTTP/1.1 200 OK\r\nA: 1\r\nContent-Length: 1\r\n\r\nx")
  }
}
