import Foundation
import HTTPTransport
import KubernetesModel
import Locking
import Serialization
import TestSupport

@testable import ControllerRuntime

/// An object of the model server; those without a color are such as `Paint` cannot read.
struct Paint: KubernetesObject, Hashable {
  var metadata = ObjectMeta()
  var color = ""

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try ObjectMeta(json: &reader)
      case "color": color = try String(json: &reader)
      default: try reader.skipValue()
      }
    }
  }
}

/// An API server for one collection, written for being obvious: it keeps every state it ever had. It changes its objects by
/// itself, as it is asked, and misbehaves in every way that servers and networks do. All by one seed: who asks it one
/// request at a time gets the same answers in every run.
final class ModelServer: HTTPClient {
  /// What it does with `sendInitialEvents`.
  enum Streaming: CaseIterable { case served, ignored, refused }

  struct Item: Hashable {
    var version: Int
    /// `nil` for one that cannot be read.
    var color: String?
  }

  private struct Change {
    var type: String
    var name: String
    var item: Item
  }

  private struct State {
    var random: SeededGenerator
    var streaming: Streaming
    var revision = 1
    /// All objects after each revision.
    var history: [Int: [String: Item]] = [1: [:]]
    /// What each revision changed.
    var changes: [Int: Change] = [:]
    /// Changes up to this are forgotten.
    var compacted = 1
    var isFaulty = true
    var answers = 0
    var wholeStates = 0
    var reasonsForWholeStates = 1
  }

  private let state: Lock<State>
  private static let names = (1...9).map { "n\($0)" }
  private static let pageSize = 3
  private static let peer = HTTPPeer(host: "model", port: 443)
  private static let silence = HTTPTransportError.timedOut(.idle(.seconds(10)), peer, mayHaveBeenSent: true)
  private static let loss = HTTPTransportError.connectionLost(peer, detail: "cut", mayHaveBeenSent: true)

  /// - Parameter answers: after so many answers and pieces of answers it behaves, and stands still.
  init(seed: UInt64, streaming: Streaming, answers: Int) {
    state = Lock(State(random: SeededGenerator(seed: seed), streaming: streaming, answers: answers))
  }

  /// The objects that can be read, after that revision; `nil` for one that never was.
  func readable(at version: String) -> [String: Item]? {
    state.withLock { state in Int(version).flatMap { state.history[$0] }?.filter { $0.value.color != nil } }
  }

  /// The last revision, once the server stands still.
  var finalVersion: String? { state.withLock { $0.isFaulty ? nil : "\($0.revision)" } }

  /// How often everything was asked for, and how often there was reason to.
  var wholeStates: (asked: Int, reasons: Int) { state.withLock { ($0.wholeStates, $0.reasonsForWholeStates) } }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let query = Dictionary(
      (URLComponents(string: request.url)?.queryItems ?? []).map { ($0.name, $0.value ?? "") },
      uniquingKeysWith: { first, _ in first })
    return try state.withLock { state in
      step(&state)
      return query["watch"] == "true" ? try watch(query, &state) : try list(query, &state)
    }
  }

  // MARK: Its objects

  private func step(_ state: inout State) {
    state.answers -= 1
    if state.answers <= 0 { state.isFaulty = false }
    guard state.isFaulty else { return }
    for _ in 0..<(state.random.oneIn(12) ? 8 : 1) where state.random.oneIn(2) { change(&state) }
    if state.random.oneIn(25) {
      state.compacted = Int.random(in: state.compacted...state.revision, using: &state.random)
    }
  }

  private func change(_ state: inout State) {
    let name = Self.names.randomElement(using: &state.random) ?? ""
    var objects = state.history[state.revision] ?? [:]
    state.revision += 1
    let former = objects[name]
    if let former, state.random.oneIn(3) {
      objects[name] = nil
      let last = Item(version: state.revision, color: former.color)
      state.changes[state.revision] = Change(type: "DELETED", name: name, item: last)
    } else {
      let color = state.random.oneIn(8) ? nil : ["red", "green", "blue"].randomElement(using: &state.random)
      let item = Item(version: state.revision, color: color)
      objects[name] = item
      state.changes[state.revision] = Change(type: former == nil ? "ADDED" : "MODIFIED", name: name, item: item)
    }
    state.history[state.revision] = objects
  }

  // MARK: Lists

  private func list(_ query: [String: String], _ state: inout State) throws -> HTTPResponse {
    if query["continue"] == nil { state.wholeStates += 1 }
    if let fault = try fault(&state) {
      state.reasonsForWholeStates += 1
      return fault
    }
    var (revision, offset) = (state.revision, 0)
    if let token = query["continue"] {
      let parts = token.split(separator: ":").compactMap { Int($0) }
      (revision, offset) = (parts[0], parts[1])
      if revision < state.compacted {
        state.reasonsForWholeStates += 1
        return status(410, "Expired", "the provided continue parameter is too old")
      }
    } else if let oldest = query["resourceVersion"].flatMap({ Int($0) }) {
      // It may answer with any state that is new enough.
      if state.random.oneIn(10) {
        state.reasonsForWholeStates += 1
        return status(504, "Timeout", "Too large resource version: \(oldest)")
      }
      revision = Int.random(in: max(oldest, state.compacted)...state.revision, using: &state.random)
    }
    let items = (state.history[revision] ?? [:]).sorted { $0.key < $1.key }
    let page = items.dropFirst(offset).prefix(query["limit"] == nil ? items.count : Self.pageSize)
    let end = offset + page.count
    let token = end < items.count ? #","continue":"\#(revision):\#(end)""# : ""
    let body =
      #"{"kind":"PaintList","metadata":{"resourceVersion":"\#(revision)"\#(token)},"items":["#
      + page.map { object($0.key, $0.value) }.joined(separator: ",") + "]}"
    var bytes = Array(body.utf8)
    if state.isFaulty, state.random.oneIn(15) {
      state.reasonsForWholeStates += 1
      bytes.removeLast(Int.random(in: 1..<bytes.count, using: &state.random))
    }
    return HTTPResponse(status: 200, body: HTTPBody(bytes))
  }

  // MARK: Watches

  /// One stream: what is still to be sent, and up to where its reader will then know everything.
  private struct Stream {
    var bytes: [UInt8] = []
    var revision: Int
    /// The mark that ends the initial events is yet to come.
    var owesEnd = false
    /// No mark and no bookmark comes, because the server took this for a watch of the kind that it knows.
    var isMute = false
    var hasEnded = false
    /// The bookmark of the state in which everything stands still was sent.
    var isDone = false

    /// Whether its reader has nothing whole before the end of it.
    var isWhole: Bool { owesEnd || isMute }
  }

  private func watch(_ query: [String: String], _ state: inout State) throws -> HTTPResponse {
    let isWhole = query["sendInitialEvents"] == "true"
    if isWhole { state.wholeStates += 1 }
    if isWhole, state.streaming == .refused {
      state.reasonsForWholeStates += 1
      return status(422, "Invalid", "sendInitialEvents: Forbidden")
    }
    if isWhole { state.reasonsForWholeStates += 1 }
    if let fault = try fault(&state) { return fault }
    if isWhole { state.reasonsForWholeStates -= 1 }
    var stream = Stream(revision: Int(query["resourceVersion"] ?? "") ?? state.revision)
    if isWhole {
      stream.revision = Int.random(in: max(stream.revision, state.compacted)...state.revision, using: &state.random)
      (stream.owesEnd, stream.isMute) = (state.streaming == .served, state.streaming == .ignored)
      let objects = (state.history[stream.revision] ?? [:]).sorted { $0.key < $1.key }
      for (name, item) in objects { stream.bytes += line("ADDED", name, item) }
    } else if stream.revision < state.compacted, state.random.oneIn(2) {
      state.reasonsForWholeStates += 1
      return status(410, "Expired", "too old resource version")
    }
    let shared = Locked(stream)
    return HTTPResponse(
      status: 200,
      body: HTTPBody(unfolding: { [self] in
        if let piece = try shared.withLock({ stream in try self.state.withLock { try next(&stream, &$0) } }) {
          return piece
        }
        if shared.value.hasEnded { return nil }
        await Completion().wait()
        throw HTTPTransportError.cancelled
      }))
  }

  /// The next piece of a stream; `nil` when it ended, or stands still.
  private func next(_ stream: inout Stream, _ state: inout State) throws -> [UInt8]? {
    step(&state)
    while stream.bytes.isEmpty, !stream.hasEnded, !stream.isDone {
      try misbehave(&stream, &state)
      if stream.bytes.isEmpty, !stream.hasEnded { try proceed(&stream, &state) }
      if state.isFaulty { step(&state) }
    }
    if state.isFaulty, state.random.oneIn(60) {
      if stream.isWhole { state.reasonsForWholeStates += 1 }
      // Ends in an orderly way, within a line.
      stream.hasEnded = true
    }
    guard !stream.bytes.isEmpty else { return nil }
    let piece = stream.bytes.prefix(Int.random(in: 1...max(1, stream.bytes.count), using: &state.random))
    stream.bytes.removeFirst(piece.count)
    if stream.hasEnded, state.random.oneIn(2) { stream.bytes = [] }
    return Array(piece)
  }

  private func misbehave(_ stream: inout Stream, _ state: inout State) throws {
    guard state.isFaulty else { return }
    let trouble = Int.random(in: 0..<120, using: &state.random)
    guard trouble < 6 || stream.revision < state.compacted else { return }
    if stream.isWhole { state.reasonsForWholeStates += 1 }
    switch trouble {
    case 0: throw Self.loss
    case 1:
      state.reasonsForWholeStates += 1
      throw Self.silence
    case 2: stream.hasEnded = true
    case 3: end(&stream, 500, "InternalError", "etcdserver: no leader")
    case 4: end(&stream, 429, "TooManyRequests", "too many")
    case 5:
      end(&stream, 504, "Timeout", "Too large resource version")
      state.reasonsForWholeStates += 1
    default:
      end(&stream, 410, "Expired", "too old resource version")
      state.reasonsForWholeStates += 1
    }
  }

  private func end(_ stream: inout Stream, _ code: Int, _ reason: String, _ message: String) {
    let error = #"{"type":"ERROR","object":{"code":\#(code),"reason":"\#(reason)","message":"\#(message)"}}"#
    (stream.bytes, stream.hasEnded) = (Array((error + "\n").utf8), true)
  }

  private func proceed(_ stream: inout Stream, _ state: inout State) throws {
    if stream.owesEnd, stream.revision == state.revision || state.random.oneIn(4) {
      stream.owesEnd = false
      let annotations = #""annotations":{"k8s.io/initial-events-end":"true"},"#
      stream.bytes = bookmark(stream.revision, annotations)
    } else if stream.revision < state.revision {
      stream.revision += 1
      if let change = state.changes[stream.revision] { stream.bytes = line(change.type, change.name, change.item) }
    } else if stream.isMute {
      state.reasonsForWholeStates += 1
      throw Self.silence
    } else if !state.isFaulty || state.random.oneIn(3) {
      stream.isDone = !state.isFaulty
      stream.bytes = bookmark(stream.revision, "")
    }
  }

  private func bookmark(_ revision: Int, _ annotations: String) -> [UInt8] {
    let object = #"{"metadata":{\#(annotations)"resourceVersion":"\#(revision)"}}"#
    return Array((#"{"type":"BOOKMARK","object":\#(object)}"# + "\n").utf8)
  }

  private func fault(_ state: inout State) throws -> HTTPResponse? {
    guard state.isFaulty else { return nil }
    switch Int.random(in: 0..<60, using: &state.random) {
    case 0: throw Self.loss
    case 1: return status(429, "TooManyRequests", "busy", header: "1")
    case 2: return status(503, "ServiceUnavailable", "starting")
    case 3: return status(500, "InternalError", "etcdserver: no leader")
    case 4: return status(504, "Timeout", "slow")
    default: return nil
    }
  }

  private func status(_ code: Int, _ reason: String, _ message: String, header: String? = nil) -> HTTPResponse {
    var headers = HTTPHeaders()
    headers["Retry-After"] = header
    let body = #"{"kind":"Status","code":\#(code),"reason":"\#(reason)","message":"\#(message)"}"#
    return HTTPResponse(status: code, headers: headers, body: HTTPBody(Array(body.utf8)))
  }

  private func object(_ name: String, _ item: Item) -> String {
    let color = item.color.map { "\"\($0)\"" } ?? "7"
    return #"{"metadata":{"name":"\#(name)","resourceVersion":"\#(item.version)"},"color":\#(color)}"#
  }

  private func line(_ type: String, _ name: String, _ item: Item) -> [UInt8] {
    Array((#"{"type":"\#(type)","object":\#(object(name, item))}"# + "\n").utf8)
  }
}
