/// When the clocks of a time zone differ from UTC by how much: what a file of the IANA database says (RFC 8536), as far as
/// its table of changes goes. After the last change its offset stays; Debian's files go to 2037.
public struct ZoneRules: Hashable, Sendable {
  private let changes: [Int]
  private let offsets: [Int]
  private let first: Int

  public static let utc = ZoneRules(changes: [], offsets: [], first: 0)

  private init(changes: [Int], offsets: [Int], first: Int) {
    (self.changes, self.offsets, self.first) = (changes, offsets, first)
  }

  /// `nil` for bytes that are no such file, of version 2 or later.
  public init?(file bytes: [UInt8]) {
    var reader = Reader(bytes: bytes)
    // The first block is for readers of 32 bits; the same follows with 64.
    guard let narrow = reader.header(), narrow.version >= 0x32, reader.skip(narrow.size(timeSize: 4)),
      let wide = reader.header(), wide.types > 0, wide.size(timeSize: 8) <= reader.rest
    else { return nil }
    var (changes, kinds, types) = ([Int](), [Int](), [Int]())
    for _ in 0..<wide.times { changes.append(reader.number(8)) }
    for _ in 0..<wide.times { kinds.append(reader.number(1)) }
    for _ in 0..<wide.types {
      types.append(Int(Int32(truncatingIfNeeded: reader.number(4))))
      _ = reader.skip(2)
    }
    guard kinds.allSatisfy(types.indices.contains), zip(changes, changes.dropFirst()).allSatisfy(<) else { return nil }
    self.init(changes: changes, offsets: kinds.map { types[$0] }, first: types[0])
  }

  /// Seconds that local time is ahead of UTC.
  ///
  /// - Parameter seconds: since 1970.
  public func offset(at seconds: Int) -> Int {
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? first : offsets[low - 1]
  }

  private struct Header {
    var version: Int
    var universal, standard, leaps, times, types, characters: Int

    func size(timeSize: Int) -> Int {
      times * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + standard + universal
    }
  }

  private struct Reader {
    var bytes: [UInt8]
    var position = 0

    var rest: Int { bytes.count - position }

    mutating func skip(_ count: Int) -> Bool {
      guard count >= 0, count <= rest else { return false }
      position += count
      return true
    }

    /// Big-endian; 0 beyond the end.
    mutating func number(_ width: Int) -> Int {
      guard rest >= width else { return 0 }
      let value = bytes[position..<position + width].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      position += width
      return Int(truncatingIfNeeded: Int64(bitPattern: value))
    }

    mutating func header() -> Header? {
      guard rest >= 44, bytes[position..<position + 4].elementsEqual("TZif".utf8) else { return nil }
      let version = Int(bytes[position + 4])
      position += 20
      let (universal, standard, leaps) = (number(4), number(4), number(4))
      return Header(
        version: version, universal: universal, standard: standard, leaps: leaps, times: number(4), types: number(4),
        characters: number(4))
    }
  }
}
