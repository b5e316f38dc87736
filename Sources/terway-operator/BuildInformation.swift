/// What this program is.
struct BuildInformation: Sendable {
  var version: String
  /// The revision of the source; `nil` when it was not written in.
  var commit: String?
  /// Of the compiler.
  var swift: String
  /// Operating system and architecture, as container images name them.
  var platform: String

  static let current = BuildInformation(
    version: "0.1.0", commit: commit.isEmpty ? nil : commit, swift: compiler, platform: "\(system)/\(architecture)")

  /// Image builds put the revision between the quotes.
  private static let commit = ""

  private static var compiler: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  private static var system: String {
    #if os(Linux)
      "linux"
    #elseif os(macOS)
      "darwin"
    #else
      "unknown"
    #endif
  }

  private static var architecture: String {
    #if arch(x86_64)
      "amd64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown"
    #endif
  }
}
