import EniScaling
import Glibc

extension ZoneRules {
  private static let folder = "/usr/share/zoneinfo"

  /// Whether the system has rules of time zones at all.
  package static var areInstalled: Bool { access(folder, F_OK) == 0 }

  /// The rules of a time zone as the system has them.
  package static func installed(_ name: String) -> ZoneRules? {
    // The schema lets no dots in.
    guard let file = fopen("\(folder)/\(name)", "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    return ZoneRules(file: Array(bytes.prefix(count)))
  }
}
