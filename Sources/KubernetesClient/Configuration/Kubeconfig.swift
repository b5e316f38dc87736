import Serialization

/// The content of one or several kubeconfig files, merged as `kubectl` merges them: the first file that says something
/// wins, entry by entry.
public struct Kubeconfig: Sendable {
  struct Cluster: Sendable {
    var server: String
    var certificateAuthority: FileOrData?
    var serverName: String?
    var proxy: String?
    var isVerificationDisabled: Bool
    var place: String
  }

  struct User: Sendable {
    /// A fault in one user's entry is no fault of contexts that do not name it.
    var credentials: Result<CredentialSource, ConfigurationError>
    var clientCertificate: FileOrData?
    var clientKey: FileOrData?
    var impersonation: Impersonation?
    var place: String
  }

  struct Context: Sendable {
    var cluster: String
    var user: String
    var namespace: String?
    var place: String
  }

  /// `certificate-authority` or `certificate-authority-data`, and the like: data wins, as in `kubectl`.
  enum FileOrData: Sendable, Hashable {
    case file(String)
    case data([UInt8])

    var file: String? { if case .file(let path) = self { path } else { nil } }

    func bytes() throws(ConfigurationError) -> [UInt8] {
      switch self {
      case .file(let path): try ConfigurationFile.bytes(of: path)
      case .data(let bytes): bytes
      }
    }
  }

  var clusters: [String: Cluster] = [:]
  var users: [String: User] = [:]
  var contexts: [String: Context] = [:]
  /// The `current-context` of the first file that names one.
  public internal(set) var currentContext = ""
  /// The files, in the order in which they were read.
  public internal(set) var files: [String] = []

  public var contextNames: [String] { contexts.keys.sorted() }

  mutating func merge(_ other: Kubeconfig) {
    clusters.merge(other.clusters) { first, _ in first }
    users.merge(other.users) { first, _ in first }
    contexts.merge(other.contexts) { first, _ in first }
    if currentContext.isEmpty { currentContext = other.currentContext }
    files += other.files
  }
}
