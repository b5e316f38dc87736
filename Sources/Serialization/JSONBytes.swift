import Glibc

/// What the reader and the scanner do with bytes eight at a time, and with UTF-8.
enum JSONBytes {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// The first byte from `start` on that ends printable ASCII in a string: a quote, a backslash, a control character,
  /// or one beyond ASCII; the end of the bytes when there is none.
  @inline(__always)
  static func endOfPlainText(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start
    while index &+ 8 <= bytes.count {
      let word = load(bytes, index)
      // The lowest bit that is set is exact; a borrow may set others above it.
      let control = (word &- 0x20 &* ones) & ~word
      let hits = (zeroBytes(word ^ (0x22 &* ones)) | zeroBytes(word ^ (0x5C &* ones)) | control | word) & highBits
      if hits != 0 { return index &+ hits.trailingZeroBitCount / 8 }
      index &+= 8
    }
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x22 || byte == 0x5C || byte < 0x20 || byte >= 0x80 { return index }
      index &+= 1
    }
    return max(index, start)
  }

  /// The first line break from `start` on.
  static func lineBreak(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard start < bytes.count, let base = bytes.baseAddress else { return nil }
    return memchr(base + start, 0x0A, bytes.count - start).map { UnsafeRawPointer($0) - base }
  }

  @inline(__always)
  private static func load(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
  }

  @inline(__always)
  private static func zeroBytes(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }

  /// The length of the UTF-8 sequence of a scalar beyond ASCII; 0 when it is not valid.
  static func lengthOfScalar(in bytes: UnsafeRawBufferPointer, at index: Int) -> Int {
    func continues(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      index + offset < bytes.count && range.contains(bytes[index + offset])
    }
    // Table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing beyond U+10FFFF.
    return switch bytes[index] {
    case 0xC2...0xDF: continues(1) ? 2 : 0
    case 0xE0: continues(1, 0xA0...0xBF) && continues(2) ? 3 : 0
    case 0xED: continues(1, 0x80...0x9F) && continues(2) ? 3 : 0
    case 0xE1...0xEF: continues(1) && continues(2) ? 3 : 0
    case 0xF0: continues(1, 0x90...0xBF) && continues(2) && continues(3) ? 4 : 0
    case 0xF1...0xF3: continues(1) && continues(2) && continues(3) ? 4 : 0
    case 0xF4: continues(1, 0x80...0x8F) && continues(2) && continues(3) ? 4 : 0
    default: 0
    }
  }

  /// The value of four hexadecimal digits; `nil` when they are not, or not all there.
  static func hexadecimal(in bytes: UnsafeRawBufferPointer, from start: Int) -> UInt16? {
    guard start + 4 <= bytes.count else { return nil }
    var value: UInt16 = 0
    for index in start..<start + 4 {
      let byte = bytes[index]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      value = value << 4 | UInt16(digit)
    }
    return value
  }
}
