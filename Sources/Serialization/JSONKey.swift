/// The key of a member, still in the bytes it was read from. Valid only while the closure that it was given to runs.
///
/// `switch key { case "metadata": … }` compares bytes and makes no `String`.
public struct JSONKey {
  @usableFromInline let bytes: UnsafeRawBufferPointer
  @usableFromInline let isEscaped: Bool
  /// Of its opening quote.
  let offset: Int

  init(bytes: UnsafeRawBufferPointer, isEscaped: Bool, offset: Int) {
    (self.bytes, self.isEscaped, self.offset) = (bytes, isEscaped, offset)
  }

  /// The key as a text of its own.
  public var string: String {
    isEscaped ? JSONReader.unescaped(bytes) : String(decoding: bytes, as: UTF8.self)
  }

  @inlinable
  public static func == (key: JSONKey, name: StaticString) -> Bool {
    if key.isEscaped { return key.string == name.description }
    let count = name.utf8CodeUnitCount
    guard key.bytes.count == count else { return false }
    return name.withUTF8Buffer { name in
      for index in 0..<count where key.bytes[index] != name[index] { return false }
      return true
    }
  }

  @inlinable
  public static func ~= (name: StaticString, key: JSONKey) -> Bool { key == name }
}
