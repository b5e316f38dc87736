/// Where the quotes, backslashes and brackets are among 64 bytes: the lowest bit stands for the first byte.
struct JSONBlock {
  static let size = 64

  private(set) var quotes: UInt64 = 0
  private(set) var backslashes: UInt64 = 0
  /// `{` and `[`.
  private(set) var opening: UInt64 = 0
  /// `}` and `]`.
  private(set) var closing: UInt64 = 0

  @inline(__always)
  init(_ bytes: UnsafeRawBufferPointer, at start: Int) {
    for word in 0..<8 {
      let bytes = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start &+ word &* 8, as: UInt64.self))
      let shift = UInt64(truncatingIfNeeded: word &* 8)
      quotes |= Self.positions(of: 0x22, in: bytes) &<< shift
      backslashes |= Self.positions(of: 0x5C, in: bytes) &<< shift
      // Brackets differ from braces in this one bit, and nothing else becomes a brace by it.
      let folded = bytes | Self.repeated(0x20)
      opening |= Self.positions(of: 0x7B, in: folded) &<< shift
      closing |= Self.positions(of: 0x7D, in: folded) &<< shift
    }
  }

  /// The bytes from an opening quote up to before its closing quote, when no quote is escaped.
  @inline(__always)
  func strings(startingInside: Bool) -> UInt64 {
    // Each bit becomes the parity of the quotes up to and including it.
    var parity = quotes
    parity ^= parity &<< 1
    parity ^= parity &<< 2
    parity ^= parity &<< 4
    parity ^= parity &<< 8
    parity ^= parity &<< 16
    parity ^= parity &<< 32
    return startingInside ? ~parity : parity
  }

  @inline(__always)
  private static func repeated(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }

  /// One bit for each of the eight bytes that is the one sought.
  @inline(__always)
  private static func positions(of byte: UInt64, in word: UInt64) -> UInt64 {
    let difference = word ^ repeated(byte)
    let isOther = ((difference & repeated(0x7F)) &+ repeated(0x7F)) | difference
    // The highest bits of the eight bytes, gathered in one byte.
    return (((~isOther & repeated(0x80)) &>> 7) &* 0x0102_0408_1020_4080) &>> 56
  }
}
