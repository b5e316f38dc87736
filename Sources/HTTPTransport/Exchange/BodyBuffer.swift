/// The bytes between a server and the reader of a body. Pure.
///
/// Holds at most `limit` bytes plus one offer: an offer is taken whole while there is room for any of it, because the
/// sender would otherwise have to keep the rest.
struct BodyBuffer {
  let limit: Int
  private var bytes: [UInt8] = []
  /// An offer was turned down, and the sender waits to be told to go on.
  private(set) var isHoldingSender = false

  init(limit: Int) {
    self.limit = limit
  }

  var count: Int { bytes.count }

  /// Whether the offer was taken. If not, the sender makes it again after a `take` that releases it.
  mutating func offer(_ offered: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count < limit else {
      isHoldingSender = true
      return false
    }
    bytes.append(contentsOf: offered)
    return true
  }

  /// Everything there is, and whether the sender must be told to go on; `nil` when there is nothing.
  mutating func take() -> (bytes: [UInt8], releasesSender: Bool)? {
    guard !bytes.isEmpty else { return nil }
    defer { (bytes, isHoldingSender) = ([], false) }
    return (bytes, isHoldingSender)
  }
}
