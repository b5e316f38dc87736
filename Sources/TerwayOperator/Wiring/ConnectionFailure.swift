import HTTPTransport
import KubernetesClient
import KubernetesModel

/// The API server cannot be used: says which configuration led there, and what of it to look at.
public struct ConnectionFailure: Error, CustomStringConvertible {
  public let description: String
  /// What the request failed with.
  public let reason: any Error

  public init(_ configuration: ClusterConfiguration, reason: any Error) {
    self.reason = reason
    description = "\(configuration.origin): \(Self.explanation(of: reason, configuration))"
  }

  private static func explanation(of reason: any Error, _ configuration: ClusterConfiguration) -> String {
    switch reason {
    case let refusal as StatusError where refusal.reason == .unauthorized:
      "\(configuration.server) does not accept \(configuration.proof) (HTTP 401): wrong, revoked or expired; renew it"
    case let refusal as StatusError:
      "\(configuration.server) refused with HTTP \(refusal.code): \(refusal)"
    case HTTPTransportError.tls(.unknownAuthority, _, _):
      "\(reason), in a kubeconfig as certificate-authority of the cluster"
    default: "\(reason)"
    }
  }
}

extension ClusterConfiguration {
  /// What shows the server who we are, in words.
  fileprivate var proof: String {
    switch credentials {
    case .token: "the token"
    case .tokenFile(let path): "the token in \(path)"
    case .basic(let username, _): "the password of \(username)"
    case .exec(let plugin): "what the credential plugin '\(plugin.command)' returned"
    case .none: endpoint.tls.clientCertificate == nil ? "requests without credentials" : "the client certificate"
    }
  }
}
