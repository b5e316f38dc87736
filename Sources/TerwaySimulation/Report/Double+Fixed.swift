import Glibc

extension Double {
  /// In decimal, with so many digits after the point, as `printf` rounds.
  package func fixed(_ digits: Int) -> String {
    // No number has more than 309 digits before the point.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 320 + digits) { buffer in
      let length = withVaList([Int32(digits), self]) { vsnprintf(buffer.baseAddress, buffer.count, "%.*f", $0) }
      return String(decoding: UnsafeRawBufferPointer(buffer).prefix(Int(length)), as: UTF8.self)
    }
  }
}
