/// An IPv4 address.
struct IPv4Address: Hashable, Sendable, Comparable, CustomStringConvertible {
  var bits: UInt32

  init(_ bits: UInt32) { self.bits = bits }

  /// `nil` for anything but four numbers with dots between.
  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard let part else { return nil }
      bits = bits << 8 | UInt32(part)
    }
    self.bits = bits
  }

  var description: String { "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)" }

  static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.bits < right.bits }
}

/// The addresses of a vSwitch.
struct AddressRange: Sendable {
  let first: UInt32
  let prefix: Int
  private var next: UInt32
  private var returned: [UInt32] = []

  /// `10.16.0.0/12` for the first zone, `10.32.0.0/12` for the second, and so on; longer prefixes begin there too.
  init(zone: Int, prefix: Int) {
    first = 10 << 24 | UInt32(zone + 1) << 20
    self.prefix = prefix
    next = first + 1
  }

  var cidr: String { "\(IPv4Address(first))/\(prefix)" }
  /// All but the first and the last three, which the cloud keeps.
  var size: Int { (1 << (32 - prefix)) - 4 }

  /// - Precondition: the caller has counted that there is one.
  mutating func take() -> IPv4Address {
    if let bits = returned.popLast() { return IPv4Address(bits) }
    defer { next += 1 }
    return IPv4Address(next)
  }

  mutating func give(back address: IPv4Address) { returned.append(address.bits) }

  /// An address that was taken in an earlier life.
  mutating func occupy(_ address: IPv4Address) { next = max(next, address.bits + 1) }
}
