import Glibc

/// The operating system's words for an error number.
enum SystemCall {
  /// `no such file or directory`
  static func reason(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    let words = String(cString: text)
    return words.prefix(1).lowercased() + words.dropFirst()
  }
}
