import KubernetesModel
import Serialization
import Testing

@testable import KubernetesClient

struct `Watch event` {
  private typealias Event = WatchEvent<MetadataOnly>

  /// The kind of the event, with the name or the version of what it is about.
  private func read(_ bytes: some Collection<UInt8>) throws(JSONError) -> String {
    switch try Event(jsonBytes: bytes) {
    case .changed(let object): "changed \(object.metadata.name)"
    case .unreadable(let metadata, let error): "unreadable \(metadata.name): \(error.reason)"
    case .deleted(let metadata): "deleted \(metadata.name)"
    case .bookmark(let version, let endsInitialEvents): "bookmark \(version)\(endsInitialEvents ? ", the end" : "")"
    case .error(let error): "error \(error)"
    }
  }

  @Test(arguments: [
    (#"{"type":"ADDED","object":{"metadata":{"name":"a"}}}"#, "changed a"),
    (#"{"type":"MODIFIED","object":{"metadata":{"name":"a"}}}"#, "changed a"),
    (#"{"object":{"metadata":{"name":"a"}},"type":"DELETED"}"#, "deleted a"),
    (#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}"#, "bookmark 7"),
    (
      #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7","annotations":{"k8s.io/initial-events-end":"true"}}}}"#,
      "bookmark 7, the end"
    ),
    (#"{"type":"ERROR","object":{"code":410,"reason":"Expired","message":"m"}}"#, "error Expired: m"),
    (#"{"type":"LATER","object":{"x":[{}]}}"#, "error InternalError: unknown watch event type 'LATER'"),
    (#"{"object":{}}"#, "error InternalError: unknown watch event type '(none)'"),
    (#"{"x":1e999,"type":"ADDED","object":{"metadata":{"name":"a"},"y":1e999}}"#, "changed a"),
  ])
  func `is read whatever the order of its members`(text: String, event: String) throws {
    #expect(try read(text.utf8) == event)
  }

  @Test(arguments: [
    "", "null", "[]", #""ADDED""#, "\u{FEFF}{}", "{}\0", #"{"type":null}"#, #"{"type":1,"object":{}}"#,
    #"{"type":"ADDED","object":null}"#, #"{"type":"ADDED","object":[]}"#, #"{"type":"ADDED","object":"x"}"#,
    #"{"object":1,"type":"ADDED"}"#, #"{"type":"ADDED","object":{"metadata":[]}}"#,
    #"{"type":"ADDED","object":{"metadata":{"name":1}}}"#, #"{"type":"BOOKMARK","object":[]}"#,
    #"{"type":"ADDED","object":{"metadata":{"labels":{"a":"1","\u0061":"2"}}}}"#,
    #"{"type":"ADDED","object":{"metadata":{"name":"\ud800"}}}"#, #"{"type":"ERROR","object":{"code":"410"}}"#,
    #"{"type":"ADDED","object":{}} {}"#, #"{"type":"ADDED","object":{"x":\#(String(repeating: "[", count: 100_000))"#,
  ])
  func `that is none is an error`(text: String) {
    #expect(throws: JSONError.self) { try read(text.utf8) }
  }

  @Test func `cut short anywhere is an error, and with any byte replaced it is read or refused`() throws {
    let text = #"{"object":{"metadata":{"name":"é\n","labels":{"a":"b"}}},"type":"ADDED"}"#
    let bytes = Array(text.utf8)
    #expect(try read(bytes) == "changed é\n")
    for index in bytes.indices {
      #expect(throws: JSONError.self) { try read(bytes[..<index]) }
      for byte in UInt8.min...UInt8.max {
        var changed = bytes
        changed[index] = byte
        _ = try? read(changed)
      }
    }
  }
}
