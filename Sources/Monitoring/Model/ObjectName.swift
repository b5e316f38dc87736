/// Names that stay legal however long the profile's name is.
///
/// A name that fits is used as it is. One that does not is cut and ends in a hash of the whole, so that two long names
/// that begin alike stay apart.
public enum ObjectName {
  /// The value of labels that name a profile, at most 63 characters.
  public static func labelValue(_ profile: String) -> String { fitted("", profile, "", limit: 63) }

  /// A DNS-1123 subdomain, at most 253 characters: for most kinds.
  static func subdomain(prefix: String = "", _ profile: String, _ suffix: String) -> String {
    fitted(prefix, profile, suffix, limit: 253)
  }

  /// Grafana's identifier of one of a profile's dashboards: at most 40 characters, no dots.
  static func dashboardUID(_ profile: String, _ suffix: String) -> String { label(profile, suffix, limit: 40) }

  /// A DNS-1123 label without dots that starts with a letter: for Services, and for what makes Pods.
  static func label(_ profile: String, _ suffix: String, limit: Int) -> String {
    var plain = profile.replacing(".", with: "-")
    if plain.first?.isLetter != true { plain = "p-" + plain }
    if plain != profile { plain += "-" + hash(profile) }
    return fitted("", plain, suffix, limit: limit)
  }

  private static func fitted(_ prefix: String, _ middle: String, _ suffix: String, limit: Int) -> String {
    let room = limit - prefix.utf8.count - suffix.utf8.count
    if middle.utf8.count <= room { return prefix + middle + suffix }
    var kept = middle.prefix(room - 9)
    while let last = kept.last, last == "-" || last == "." { kept.removeLast() }
    return prefix + kept + "-" + hash(middle) + suffix
  }

  /// FNV-1a, 32 bits, in hexadecimal digits: the same in every build and on every machine.
  static func hash(_ text: String) -> String {
    let hash = text.utf8.reduce(0x811c_9dc5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
