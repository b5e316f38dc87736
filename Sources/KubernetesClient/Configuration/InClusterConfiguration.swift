import FoundationEssentials
import HTTPTransport

extension ClusterConfiguration {
  /// The directory that kubelet mounts into every pod with a service account.
  public static let serviceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// The configuration of a process in a pod.
  ///
  /// - Returns: `nil` when this is no pod: neither the environment nor the token is there.
  /// - Throws: `ConfigurationError` when it is a pod and something is missing.
  public static func inCluster(
    environment: [String: String], directory: String = serviceAccountDirectory
  ) throws -> ClusterConfiguration? {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"] else {
      return nil
    }
    let tokenFile = "\(directory)/token"
    guard FileManager.default.fileExists(atPath: tokenFile) else {
      throw ConfigurationError.unreadable(
        file: tokenFile, reason: "no service account token is mounted (automountServiceAccountToken: false?)")
    }
    let authorityFile = "\(directory)/ca.crt"
    let authority = try ConfigurationFile.bytes(of: authorityFile)
    let namespaceFile = "\(directory)/namespace"
    // Absent is one thing; one that cannot be read would silently put the Lease elsewhere.
    let namespace =
      FileManager.default.fileExists(atPath: namespaceFile)
      ? String(decoding: try ConfigurationFile.bytes(of: namespaceFile), as: UTF8.self) : "default"
    return ClusterConfiguration(
      server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
      endpoint: HTTPEndpoint(tls: TLSConfiguration(certificateAuthorities: authority)),
      credentials: .tokenFile(tokenFile), certificateFiles: CertificateFiles(authorities: authorityFile),
      namespace: namespace.trimmed,
      origin: inClusterOrigin)
  }
}

/// Reading of the files that a configuration refers to.
enum ConfigurationFile {
  static func bytes(of path: String) throws(ConfigurationError) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      let exists = FileManager.default.fileExists(atPath: path)
      throw .unreadable(file: path, reason: exists ? "cannot be read; check its permissions" : "no such file")
    }
    return [UInt8](data)
  }
}
