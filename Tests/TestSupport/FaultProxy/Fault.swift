import Serialization

/// Something that the fault proxy does to exchanges: to those that match, after the first `skip`, `times` of them.
public struct Fault: Sendable {
  fileprivate var action: String
  fileprivate var value: JSONValue
  /// Regular expressions; an empty one matches all.
  public var path = ""
  public var query = ""
  public var methods: [String] = []
  public var skip = 0
  /// `nil`: all of them.
  public var times: Int?

  /// As `query`: what asks for a list, in pages or in one piece.
  public static let lists = "^(?!.*watch=true).*(limit=|resourceVersion=)"

  /// The exchanges that this happens to.
  public func on(
    path: String = "", query: String = "", methods: [String] = [], skip: Int = 0, times: Int? = nil
  ) -> Fault {
    var fault = self
    (fault.path, fault.query, fault.methods, fault.skip, fault.times) = (path, query, methods, skip, times)
    return fault
  }

  var json: JSONValue {
    var json: JSONValue = [
      action: value, "path": .string(path), "query": .string(query),
      "methods": .array(methods.map(JSONValue.string)), "skip": .integer(Int64(skip)),
    ]
    if let times { json["times"] = .integer(Int64(times)) }
    return json
  }
}

extension Fault {
  /// The proxy answers in the place of the server.
  public static func answered(_ status: Int, headers: [String: String] = [:], body: String? = nil) -> Fault {
    var answer: JSONValue = [
      "status": .integer(Int64(status)), "headers": .object(headers.mapValues(JSONValue.string)),
    ]
    if let body { answer["body"] = .string(body) }
    return Fault(action: "answer", value: answer)
  }

  /// The server never sees the request, and the connection breaks.
  public static let requestLost = Fault(action: "lose", value: "request")
  /// The server does what it was asked to, and the connection breaks before it says so.
  public static let answerLost = Fault(action: "lose", value: "answer")
  /// The connection breaks after so many bytes of the answer, its head included.
  public static func cut(afterBytes count: Int) -> Fault { Fault(action: "cut", value: .integer(Int64(count))) }
  /// After so many bytes nothing comes any more, and the connection stays.
  public static func stalled(afterBytes count: Int) -> Fault { Fault(action: "stall", value: .integer(Int64(count))) }
  /// The body comes in pieces of so many bytes.
  public static func split(bytes count: Int) -> Fault { Fault(action: "split", value: .integer(Int64(count))) }
  public static func delayed(seconds: Double) -> Fault { Fault(action: "delay", value: .number(seconds)) }
  /// A watch ends with an ERROR event of code 410 after so many events.
  public static func expired(afterEvents count: Int) -> Fault { Fault(action: "gone", value: .integer(Int64(count))) }
  /// Bookmarks come without annotations, so that the end of the initial events is not to be seen.
  public static let bookmarksStripped = Fault(action: "bookmarks", value: "strip")
  public static let bookmarksDropped = Fault(action: "bookmarks", value: "drop")
  /// The events of a watch wait until the fault is lifted.
  public static let frozen = Fault(action: "freeze", value: true)
  /// A list is answered as it was when recording ended.
  public static let rewound = Fault(action: "rewind", value: true)
}
