import HTTPTransport
import KubernetesModel
import Serialization
import Testing

@testable import KubernetesClient

/// An object that is particular about one field.
private struct Counted: KubernetesObject {
  var metadata = ObjectMeta()
  var count = 0

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try ObjectMeta(json: &reader)
      case "count": count = try Int(json: &reader)
      default: try reader.skipValue()
      }
    }
  }
}

@Suite(.timeLimit(.minutes(10)))
struct `Watching` {
  private static let things = ResourceSelection(
    ResourceType("example.org/v1", "Thing", plural: "things", namespaced: true))
  private static let peer = HTTPPeer(host: "api", port: 443)
  private static let silence = HTTPTransportError.timedOut(.idle(.seconds(10)), peer, mayHaveBeenSent: true)

  private static func event(_ type: String, _ name: String, _ version: Int, _ count: String = "1") -> String {
    #"{"type":"\#(type)","object":{"metadata":{"name":"\#(name)","resourceVersion":"\#(version)"},"count":\#(count)}}"#
  }

  private static func bookmark(_ version: Int, isEnd: Bool = false) -> String {
    let annotations = isEnd ? #","annotations":{"k8s.io/initial-events-end":"true"}"# : ""
    return #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"\#(version)"\#(annotations)}}}"#
  }

  private static let page =
    #"{"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a","resourceVersion":"3"},"count":1}]}"#

  /// What an update says, in a word.
  private static func text(_ update: WatchUpdate<Counted>) -> String {
    switch update {
    case .replaced(let objects, let version, let cause):
      "\(cause) \(objects.map(\.metadata.name).sorted().joined(separator: ",")) at \(version)"
    case .changed(let object): "\(object.metadata.name)=\(object.count)"
    case .deleted(let key, let version): "-\(key.name) at \(version)"
    case .progress(let version): "at \(version)"
    case .opened: "opened"
    case .undecodable(let key, _): "unreadable \(key.map { "\($0)" } ?? "?")"
    case .failed(let error, _): "failed \(error)"
    }
  }

  /// Watches until so many updates came, and returns them.
  private func updates(_ count: Int, of server: AnsweringServer, _ client: KubernetesClient? = nil) async -> [String] {
    let (stream, feed) = AsyncStream.makeStream(of: String.self)
    let client = client ?? server.client
    let task = Task { await client.watch(Self.things, as: Counted.self) { feed.yield(Self.text($0)) } }
    var seen: [String] = []
    for await text in stream {
      seen.append(text)
      if seen.count == count { break }
    }
    task.cancel()
    await task.value
    return seen
  }

  /// - Parameter stream: the answer to a request for initial events.
  private func server(version: String?, stream: @escaping AnsweringServer.Answer) -> AnsweringServer {
    AnsweringServer { request in
      if request.url.hasSuffix("/version") {
        guard let version else { throw HTTPTransportError.invalidResponse(Self.peer, detail: "no") }
        return .json(#"{"major":"1","gitVersion":"\#(version)"}"#)
      }
      if request.url.contains("sendInitialEvents=true") { return try await stream(request) }
      if request.url.contains("watch=true") { return .lines([], end: HTTPResponse.forever) }
      return .json(Self.page)
    }
  }

  @Test func `lets a server stream the list that can, and asks for the version once`() async {
    let server = server(version: "v1.36.2") { _ in
      .lines([Self.event("ADDED", "b", 4), Self.bookmark(8, isEnd: true)], end: HTTPResponse.forever)
    }
    let client = server.client
    for _ in 1...3 { #expect(await updates(2, of: server, client) == ["opened", "initial b at 8"]) }
    #expect(server.count("/version") == 1)
    #expect(server.count("sendInitialEvents=true") == 3)
    #expect(server.requests.count == 4, "\(server.requests.map(\.url))")
    let stream = server.requests.last
    #expect(stream?.url.contains("resourceVersionMatch=NotOlderThan") == true)
    #expect(stream?.url.contains("allowWatchBookmarks=true") == true)
    // Whoever is slow to begin is no server that ignores the request.
    #expect(stream?.headTimeout == .seconds(60))
    #expect(stream?.idleTimeout == .seconds(10))
    #expect(stream?.deadline == .seconds(120))
  }

  @Test(arguments: ["v1.20.2", "v1.27.3", "v1.31.9-aliyun.1", "", "nonsense", nil])
  func `lists in pages where the version does not promise streams:`(version: String?) async {
    let server = server(version: version) { _ in throw Self.silence }
    #expect(await updates(1, of: server) == ["initial a at 5"])
    #expect(server.count("sendInitialEvents") == 0)
  }

  @Test(arguments: ["v1.32.0", "v1.32.4+k3s1", "v1.33.1-eks-1", "v2.0.0"])
  func `lets servers stream from 1.32 on:`(version: String) async {
    let server = server(version: version) { _ in .lines([Self.bookmark(8, isEnd: true)], end: HTTPResponse.forever) }
    #expect(await updates(2, of: server) == ["opened", "initial  at 8"])
  }

  /// How servers show that they do not stream lists, whatever their version says.
  static let lacks: [(name: String, lines: [String]?)] = [
    ("silent without an event", []), ("silent after the objects", [event("ADDED", "a", 3), bookmark(5)]),
    ("refusing", nil),
  ]

  @Test(arguments: lacks.indices)
  func `a server that ignores the request for a stream costs its silence once, not once a watch`(lack: Int) async {
    let lines = Self.lacks[lack].lines
    let server = server(version: "v1.34.0") { _ in
      guard let lines else { return HTTPResponse(status: 422, body: HTTPBody(Array(#"{"code":422}"#.utf8))) }
      return .lines(lines) { throw Self.silence }
    }
    let client = server.client
    let opened = lines == nil ? [] : ["opened"]
    #expect(await updates(opened.count + 1, of: server, client) == opened + ["initial a at 5"])
    for _ in 1...15 { #expect(await updates(1, of: server, client) == ["initial a at 5"]) }
    #expect(server.count("sendInitialEvents") == 1)
    #expect(server.pauses.value == [], "falling back is not waited for")
  }

  @Test func `a server that is slow to begin is asked for a stream again`() async {
    let attempts = Locked(0)
    let server = server(version: "v1.34.0") { _ in
      if attempts.withLock({
        $0 += 1
        return $0 == 1
      }) {
        throw Self.silence
      }
      return .lines([Self.bookmark(8, isEnd: true)], end: HTTPResponse.forever)
    }
    #expect(await updates(2, of: server) == ["opened", "initial  at 8"])
    #expect(server.pauses.value.count == 1)
  }

  @Test func `tells that the server agreed to a watch before anything happens in it`() async {
    let server = server(version: nil) { _ in throw Self.silence }
    #expect(await updates(2, of: server) == ["initial a at 5", "opened"])
  }

  @Test(arguments: [429, 503])
  func `a watch that is refused for now says so, and stays away for as long as it was told`(status: Int) async {
    let refusals = Locked(2)
    let server = AnsweringServer { request in
      guard request.url.contains("watch=true") else { return .json(Self.page) }
      let isRefused = refusals.withLock {
        $0 -= 1
        return $0 >= 0
      }
      guard isRefused else { return .lines([], end: HTTPResponse.forever) }
      return HTTPResponse(status: status, headers: ["Retry-After": "9"], body: HTTPBody(Array("busy".utf8)))
    }
    let seen = await updates(4, of: server)
    #expect(seen.first == "initial a at 5")
    #expect(seen.last == "opened")
    #expect(seen[1...2].allSatisfy { $0.hasPrefix("failed") && $0.hasSuffix("busy") }, "\(seen)")
    #expect(server.pauses.value.count == 2)
    #expect(server.pauses.value.allSatisfy { ($0 >= .seconds(9)) && $0 < .seconds(10) }, "\(server.pauses.value)")
  }

  @Test func `an object that cannot be read is told as such, and the watch goes on behind it`() async {
    let opened = Locked(0)
    let server = AnsweringServer { request in
      guard request.url.contains("watch=true") else { return .json(Self.page) }
      let isFirst = opened.withLock {
        $0 += 1
        return $0 == 1
      }
      guard isFirst else { return .lines([], end: HTTPResponse.forever) }
      return .lines(
        [
          Self.event("MODIFIED", "a", 6, #""six""#), Self.event("DELETED", "a", 7, #""seven""#),
          Self.event("ADDED", "b", 8, #""eight""#),
        ]) {}
    }
    let expected = ["initial a at 5", "opened", "unreadable a", "at 6", "-a at 7", "unreadable b", "at 8", "opened"]
    #expect(await updates(expected.count, of: server) == expected)
    #expect(server.requests.last?.url.contains("resourceVersion=8") == true)
  }

  @Test func `objects of a list that cannot be read follow the list`() async {
    let server = AnsweringServer { request in
      if request.url.contains("watch=true") { return .lines([], end: HTTPResponse.forever) }
      return .json(
        #"{"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a"},"count":"x"},{"metadata":{"name":"b"}}]}"#
      )
    }
    #expect(await updates(3, of: server) == ["initial b at 5", "unreadable a", "opened"])
  }

  /// Refusals as servers word them, as an HTTP status or as an ERROR event.
  static let refusals: [(status: String, failure: WatchProtocol.Failure)] = [
    (#"{"code":410,"reason":"Expired","message":"too old resource version: 3 (9)"}"#, .expired),
    (#"{"code":410,"reason":"Gone"}"#, .expired),
    (
      #"{"code":504,"reason":"Timeout","message":"Too large resource version: 9, current: 3","#
        + #""details":{"causes":[{"reason":"ResourceVersionTooLarge","message":"x"}],"retryAfterSeconds":1}}"#, .tooNew
    ),
    (#"{"code":504,"reason":"Timeout","message":"Timeout: Too large resource version: 9, current: 3"}"#, .tooNew),
    (#"{"code":400,"reason":"BadRequest","message":"Too large resource version"}"#, .tooNew),
    (#"{"code":400,"reason":"BadRequest","message":"invalid resource version"}"#, .rejected),
    (#"{"code":422,"reason":"Invalid","message":"sendInitialEvents: Forbidden"}"#, .rejected),
    (#"{"code":429,"reason":"TooManyRequests","details":{"retryAfterSeconds":7}}"#, .other(retryAfter: .seconds(7))),
    (#"{"code":500,"reason":"InternalError","message":"etcdserver: no leader"}"#, .other(retryAfter: nil)),
    (#"{"code":503,"details":{"retryAfterSeconds":90000}}"#, .other(retryAfter: .seconds(300))),
    (#"{"code":504,"reason":"Timeout"}"#, .other(retryAfter: nil)),
    (#"{"code":403,"reason":"Forbidden"}"#, .other(retryAfter: nil)),
  ]

  @Test(arguments: refusals.indices) func `refusals are taken for what they are`(index: Int) throws {
    let (status, failure) = Self.refusals[index]
    #expect(WatchProtocol.Failure(try StatusError(jsonBytes: Array(status.utf8))) == failure)
  }
}
