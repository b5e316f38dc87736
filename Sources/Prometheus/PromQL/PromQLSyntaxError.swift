/// Why a text is not an expression, and where.
public struct PromQLSyntaxError: Error, Hashable, Sendable {
  /// From 0, in UTF-8 bytes.
  public var offset: Int
  /// From 1.
  public var line: Int
  /// From 1, in Unicode scalars.
  public var column: Int
  /// What is there.
  public var found: String
  /// What may be there instead.
  public var allowed: String

  init(at offset: Int, of text: [UInt8], found: String, allowed: String) {
    let before = text.prefix(offset)
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    self.offset = offset
    line = 1 + before.count { $0 == UInt8(ascii: "\n") }
    // Every byte but those that continue a scalar.
    column = 1 + before[lineStart...].count { $0 & 0xC0 != 0x80 }
    (self.found, self.allowed) = (found, allowed)
  }
}

extension PromQLSyntaxError: CustomStringConvertible {
  public var description: String { "line \(line), column \(column): found \(found), expected \(allowed)" }
}
