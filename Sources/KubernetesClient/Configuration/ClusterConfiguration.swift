import HTTPTransport

/// Where an API server is and as whom we speak to it, with every file read and every reference resolved.
public struct ClusterConfiguration: Sendable {
  /// Scheme, host, port and an optional path prefix, without a trailing slash.
  public var server: String
  public var endpoint: HTTPEndpoint
  public var credentials: CredentialSource
  /// Where the certificates in `endpoint` came from: they are read again as they change.
  public var certificateFiles: CertificateFiles
  public var impersonation: Impersonation?
  /// The namespace of the context, or of the pod.
  public var namespace: String
  /// Where this came from, for messages: a file and a context, or `in-cluster`.
  public var origin: String

  /// True for the service account of a pod.
  public var isInCluster: Bool { origin == Self.inClusterOrigin }

  static let inClusterOrigin = "in-cluster"

  public init(
    server: String, endpoint: HTTPEndpoint, credentials: CredentialSource = .none,
    certificateFiles: CertificateFiles = CertificateFiles(), impersonation: Impersonation? = nil,
    namespace: String = "default", origin: String
  ) {
    self.server = server
    self.endpoint = endpoint
    self.credentials = credentials
    self.certificateFiles = certificateFiles
    self.impersonation = impersonation
    self.namespace = namespace
    self.origin = origin
  }
}

/// The files of a TLS configuration; `nil` for what was given as bytes or not at all.
public struct CertificateFiles: Hashable, Sendable {
  public var authorities: String?
  public var clientCertificate: String?
  public var clientKey: String?

  public init(authorities: String? = nil, clientCertificate: String? = nil, clientKey: String? = nil) {
    self.authorities = authorities
    self.clientCertificate = clientCertificate
    self.clientKey = clientKey
  }
}

/// Acting as somebody else, where RBAC allows it.
public struct Impersonation: Hashable, Sendable {
  public var user: String
  public var uid: String?
  public var groups: [String]
  public var extra: [String: [String]]

  public init(user: String, uid: String? = nil, groups: [String] = [], extra: [String: [String]] = [:]) {
    self.user = user
    self.uid = uid
    self.groups = groups
    self.extra = extra
  }
}

/// How a request proves who sends it. Client certificates are part of the endpoint, except those of an exec plugin.
public enum CredentialSource: Hashable, Sendable {
  case none
  case token(String)
  /// Read again every minute, because kubelet and others rotate it in place.
  case tokenFile(String)
  case basic(username: String, password: String)
  case exec(ExecPlugin)
}

/// Says of what kind it is, and nothing of what is secret.
extension CredentialSource: CustomStringConvertible, CustomReflectable {
  public var description: String {
    switch self {
    case .none: "no credentials"
    case .token: "a token"
    case .tokenFile(let path): "the token in \(path)"
    case .basic(let username, _): "the password of \(username)"
    case .exec(let plugin): "the credential plugin \(plugin.command)"
    }
  }

  public var customMirror: Mirror { Mirror(self, children: ["summary": description]) }
}

/// Why no configuration could be made. The message says where the fault is and what would be right.
public enum ConfigurationError: Error, Sendable {
  case notFound(looked: [String])
  case unreadable(file: String, reason: String)
  /// `place` is `file:line:column` or a file and a field.
  case invalid(place: String, reason: String)
  case unknownContext(String, known: [String], origin: String)
  case exec(command: String, reason: String, hint: String?)
}

extension ConfigurationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFound(let looked):
      "no cluster configuration: \(looked.joined(separator: "; ")). Give --kubeconfig, set KUBECONFIG, or run in a pod"
    case .unreadable(let file, let reason): "\(file): \(reason)"
    case .invalid(let place, let reason): "\(place): \(reason)"
    case .unknownContext(let name, let known, let origin):
      "\(origin): there is no context '\(name)'; "
        + (known.isEmpty ? "the file defines none" : "known are \(known.sorted().joined(separator: ", "))")
    case .exec(let command, let reason, let hint):
      "credential plugin '\(command)': \(reason)" + (hint.map { "\n\($0)" } ?? "")
    }
  }
}
