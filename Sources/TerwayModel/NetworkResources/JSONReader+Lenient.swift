import KubernetesModel
import Serialization

extension JSONReader {
  /// Members of an object; none where `null` stands, as Go writes what it leaves empty.
  mutating func readOptionalObject(
    _ member: (JSONKey, inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    if try readNull() { return }
    try readObject(member)
  }

  /// An RFC 3339 instant in seconds since 1970; `nil` for `null`, for nothing and for Go's zero time.
  mutating func readInstant() throws(JSONError) -> Double? {
    guard let text = try String?(json: &self), !text.isEmpty else { return nil }
    guard let seconds = RFC3339.seconds(text) else { throw refused("is no RFC 3339 time") }
    return seconds > 0 ? seconds : nil
  }
}
